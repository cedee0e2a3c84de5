using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renda.Platform.Calendar;
using Renda.Platform.Persistence;

namespace Renda.Platform.Audit;

/// <summary>Where the audit log stood when a day ended, signed with a key that is not in the database.</summary>
public sealed class AuditCheckpoint
{
    /// <summary>The day (in China).</summary>
    public DateOnly Day { get; set; }

    /// <summary>The last entry of that day or before.</summary>
    public long Seq { get; set; }

    /// <summary>That entry's hash.</summary>
    public string Hash { get; set; } = "";

    /// <summary>When it was signed (UTC).</summary>
    public DateTime At { get; set; }

    /// <summary>ECDSA P-256 over <see cref="Signed"/>, base64.</summary>
    public string Signature { get; set; } = "";

    /// <summary>The bytes that are signed.</summary>
    public byte[] Signed() => Encoding.UTF8.GetBytes($"renda-audit {Day:yyyy-MM-dd} {Seq} {Hash}");
}

/// <summary>The key that signs checkpoints: a file in PEM, readable by its owner only, kept beside the database and in no backup.</summary>
public sealed class AuditKey
{
    private readonly string _pem;

    private AuditKey(string pem) => _pem = pem;

    /// <summary>The key of that file; made when there is none.</summary>
    /// <exception cref="InvalidDataException">The file holds no such key.</exception>
    public static AuditKey FromFile(string path)
    {
        var pem = KeyFile.ReadOrMake(path, () =>
        {
            using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return made.ExportPkcs8PrivateKeyPem();
        });
        try
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(pem);
        }
        catch (ArgumentException)
        {
            throw new InvalidDataException($"{path} holds no key for the audit log.");
        }
        return new AuditKey(pem);
    }

    /// <summary>Signs.</summary>
    public string Sign(byte[] data)
    {
        using var key = Open();
        return Convert.ToBase64String(key.SignData(data, HashAlgorithmName.SHA256));
    }

    /// <summary>Whether this key signed it.</summary>
    public bool Verify(byte[] data, string signature)
    {
        using var key = Open();
        return Convert.TryFromBase64String(signature, new byte[signature.Length], out _) && key.VerifyData(data, Convert.FromBase64String(signature), HashAlgorithmName.SHA256);
    }

    /// <summary>The public key in PEM, for those who keep checkpoints elsewhere and check them there.</summary>
    public string PublicPem()
    {
        using var key = Open();
        return key.ExportSubjectPublicKeyInfoPem();
    }

    private ECDsa Open()
    {
        var key = ECDsa.Create();
        key.ImportFromPem(_pem);
        return key;
    }
}

/// <summary>Takes the checkpoint of each day that has ended, and checks them: whoever rewrites the chain as a whole cannot sign it.</summary>
public sealed class AuditCheckpoints(IDbContextFactory<RendaDbContext> databases, AuditKey key, TimeProvider time)
{
    /// <summary>Signs where the log stood at the end of yesterday, once, however often and on however many nodes it is asked. Days on which nothing was noted since the last checkpoint have none.</summary>
    public async Task<bool> TakeAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var day = ChinaTime.Date(now).AddDays(-1);
        var end = ChinaTime.StartOf(day.AddDays(1));
        await using var db = databases.CreateDbContext();
        if (await db.Set<AuditEntry>().AsNoTracking().Where(e => e.At < end).OrderByDescending(e => e.Seq).Select(e => new { e.Seq, e.Hash }).FirstOrDefaultAsync(cancellation) is not { } last) return false;
        if (await db.Set<AuditCheckpoint>().AnyAsync(c => c.Day >= day || c.Seq >= last.Seq, cancellation)) return false;
        var checkpoint = new AuditCheckpoint { Day = day, Seq = last.Seq, Hash = last.Hash, At = now };
        checkpoint.Signature = key.Sign(checkpoint.Signed());
        db.Add(checkpoint);
        try
        {
            await db.SaveChangesAsync(cancellation);
            return true;
        }
        catch (DbUpdateException) when (!cancellation.IsCancellationRequested)
        {
            // Another node was quicker.
            if (!await db.Set<AuditCheckpoint>().AsNoTracking().AnyAsync(c => c.Day == day, cancellation)) throw;
            return false;
        }
    }

    /// <summary>Names the checkpoints that do not fit: another signature, or an entry that is not there as it was.</summary>
    public async Task<IReadOnlyList<string>> VerifyAsync(CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var faults = new List<string>();
        foreach (var checkpoint in await db.Set<AuditCheckpoint>().AsNoTracking().OrderBy(c => c.Day).ToListAsync(cancellation))
        {
            if (!key.Verify(checkpoint.Signed(), checkpoint.Signature)) faults.Add($"the audit checkpoint of {checkpoint.Day:yyyy-MM-dd} was not signed by this installation's key");
            else if (await db.Set<AuditEntry>().AsNoTracking().Where(e => e.Seq == checkpoint.Seq).Select(e => e.Hash).FirstOrDefaultAsync(cancellation) != checkpoint.Hash) faults.Add($"audit entry {checkpoint.Seq} is not the one that was signed on {checkpoint.Day:yyyy-MM-dd}");
        }
        return faults;
    }
}

internal sealed class AuditCheckpointConfiguration : IEntityTypeConfiguration<AuditCheckpoint>
{
    public void Configure(EntityTypeBuilder<AuditCheckpoint> builder)
    {
        builder.ToTable("audit_checkpoints");
        builder.HasKey(c => c.Day);
        builder.Property(c => c.Hash).HasMaxLength(64);
        builder.Property(c => c.Signature).HasMaxLength(200);
        builder.HasIndex(c => c.Seq);
    }
}
