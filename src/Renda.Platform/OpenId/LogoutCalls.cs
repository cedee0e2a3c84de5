using System.Data.Common;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using Renda.Platform.Accounts;
using Renda.Platform.Persistence;

namespace Renda.Platform.OpenId;

/// <summary>
/// Tells applications that a session has ended, however it ended (OpenID Connect Back-Channel Logout): looks for such
/// every three seconds, on every node; each call is made by the node that took it first.
/// </summary>
public sealed class LogoutCalls(IDbContextFactory<RendaDbContext> databases, IOptionsMonitor<OpenIddictServerOptions> options, TimeProvider time, ILogger<LogoutCalls> log) : BackgroundService
{
    private const int MostTries = 6;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3), Kept = TimeSpan.FromDays(2);
    // Addresses are an administrator's; an answer that leads elsewhere is not followed.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = TimeSpan.FromSeconds(8) };

    /// <summary>Notes that an application is to be told when the session ends; nothing when it does not want to know.</summary>
    public async Task NoteAsync(StandingSession session, string clientId, string issuer, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var client = await db.Set<SignOnClient>().Where(c => c.ClientId == clientId && c.LogoutAddress != null).Select(c => (Guid?)c.Id).FirstOrDefaultAsync(cancellation);
        if (client is not { } id || await db.Set<SignOnVisit>().AnyAsync(v => v.SessionId == session.Id && v.ClientId == id, cancellation)) return;
        db.Add(new SignOnVisit { SessionId = session.Id, ClientId = id, AccountId = session.AccountId, Issuer = issuer, NextAt = time.GetUtcNow().UtcDateTime });
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException) when (!cancellation.IsCancellationRequested)
        {
            // Two windows of one browser at this moment.
        }
    }

    /// <summary>Forgets codes and tokens that are over, and what they belonged to.</summary>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        var before = time.GetUtcNow().UtcDateTime - Kept;
        await using var db = databases.CreateDbContext();
        await db.Set<SignOnToken>().Where(t => t.ExpirationDate < before).ExecuteDeleteAsync(cancellation);
        await db.Set<SignOnAuthorization>().Where(a => a.CreationDate < before && !db.Set<SignOnToken>().Any(t => t.AuthorizationId == a.Id)).ExecuteDeleteAsync(cancellation);
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _http.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await Parallel.ForEachAsync(await DueAsync(stoppingToken), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = stoppingToken }, async (visit, stop) => await CallAsync(visit, stop));
                }
                catch (DbException e)
                {
                    log.LogWarning(e, "Applications could not be told of ended sessions; tried again soon");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops; what is left is told after the next start.
        }
    }

    private async Task<List<SignOnVisit>> DueAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var since = now - Sessions.Life;
        await using var db = databases.CreateDbContext();
        var due = await db.Set<SignOnVisit>().AsNoTracking()
            .Where(v => v.NextAt <= now && !(db.Set<Session>().Any(s => s.Id == v.SessionId && s.EndedAt == null && s.SeenAt > since) && db.Users.Any(a => a.Id == v.AccountId && a.ClosedAt == null)))
            .OrderBy(v => v.NextAt).Take(100).ToListAsync(cancellation);
        var taken = new List<SignOnVisit>();
        foreach (var visit in due)
        {
            // 15 seconds, then a minute, four, sixteen …
            var next = now + TimeSpan.FromSeconds(15 * Math.Pow(4, visit.Tries));
            if (await db.Set<SignOnVisit>().Where(v => v.SessionId == visit.SessionId && v.ClientId == visit.ClientId && v.NextAt == visit.NextAt)
                .ExecuteUpdateAsync(x => x.SetProperty(v => v.NextAt, next).SetProperty(v => v.Tries, v => v.Tries + 1), cancellation) == 1) taken.Add(visit);
        }
        return taken;
    }

    private async Task CallAsync(SignOnVisit visit, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        if (await db.Set<SignOnClient>().AsNoTracking().FirstOrDefaultAsync(c => c.Id == visit.ClientId, cancellation) is { LogoutAddress: { } address } client)
        {
            try
            {
                using var body = new FormUrlEncodedContent([new("logout_token", TokenFor(visit, client.ClientId!))]);
                using var answer = await _http.PostAsync(new Uri(address), body, cancellation);
                // 400 is an answer too: the application knows nothing of this session.
                if (!answer.IsSuccessStatusCode && answer.StatusCode != System.Net.HttpStatusCode.BadRequest && visit.Tries + 1 < MostTries) return;
                if (!answer.IsSuccessStatusCode) log.LogWarning("{Client} answered {Status} when told of an ended session", client.ClientId, (int)answer.StatusCode);
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
            {
                if (visit.Tries + 1 < MostTries) return;
                log.LogWarning(e, "{Client} could not be told of an ended session", client.ClientId);
            }
        }
        await db.Set<SignOnVisit>().Where(v => v.SessionId == visit.SessionId && v.ClientId == visit.ClientId).ExecuteDeleteAsync(cancellation);
    }

    private string TokenFor(SignOnVisit visit, string clientId)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = visit.Issuer, Audience = clientId, IssuedAt = now, Expires = now.AddMinutes(2), TokenType = "logout+jwt", SigningCredentials = options.CurrentValue.SigningCredentials.First(c => c.Key is AsymmetricSecurityKey),
            Claims = new Dictionary<string, object>
            {
                ["jti"] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), ["sub"] = visit.AccountId.ToString(), [SignOnRights.SessionClaim] = visit.SessionId.ToString("N"),
                ["events"] = new Dictionary<string, object> { ["http://schemas.openid.net/event/backchannel-logout"] = new Dictionary<string, object>() },
            },
        });
    }
}
