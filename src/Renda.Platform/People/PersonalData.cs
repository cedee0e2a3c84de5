using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace Renda.Platform.People;

/// <summary>The cipher that new personal numbers are sealed with; what another one sealed is still read.</summary>
public enum PersonalCipher
{
    /// <summary>AES-256 in GCM mode.</summary>
    Aes,

    /// <summary>SM4 (GB/T 32907) in GCM mode.</summary>
    Sm4,
}

/// <summary>
/// Seals identity and phone numbers for their columns, with a key that is in a file and not in the database. A blind
/// index (HMAC-SHA-256 of the number) finds an exact number again without opening any.
/// </summary>
public sealed class PersonalData
{
    private const int NonceLength = 12, TagLength = 16, KeyLength = 96;
    private readonly byte[] _aes, _sm4, _index;
    private readonly PersonalCipher _cipher;

    /// <summary>With the key's bytes, 96 of them.</summary>
    public PersonalData(byte[] key, PersonalCipher cipher)
    {
        if (key.Length != KeyLength) throw new InvalidDataException($"The key for personal data has {key.Length} bytes; it must have {KeyLength}.");
        (_aes, _sm4, _index, _cipher) = (key[..32], key[32..48], key[48..], cipher);
    }

    /// <summary>Reads the key's file, or makes it when there is none yet.</summary>
    /// <param name="path">The file, outside the database and outside its backups.</param>
    /// <param name="cipher">What new numbers are sealed with.</param>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    public static PersonalData FromFile(string path, PersonalCipher cipher)
    {
        var text = KeyFile.ReadOrMake(path, () => Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyLength)));
        try
        {
            return new PersonalData(Convert.FromBase64String(text.Trim()), cipher);
        }
        catch (FormatException)
        {
            throw new InvalidDataException($"{path} holds no key for personal data.");
        }
    }

    /// <summary>Seals a number for the column of that name; null or nothing stays null.</summary>
    public string? Seal(string? number, string column)
    {
        if (string.IsNullOrEmpty(number)) return null;
        var (plain, nonce) = (Encoding.UTF8.GetBytes(number), RandomNumberGenerator.GetBytes(NonceLength));
        var sealedBytes = new byte[plain.Length + TagLength];
        if (_cipher == PersonalCipher.Aes)
        {
            using var aes = new AesGcm(_aes, TagLength);
            aes.Encrypt(nonce, plain, sealedBytes.AsSpan(0, plain.Length), sealedBytes.AsSpan(plain.Length), Encoding.UTF8.GetBytes(column));
        }
        else
        {
            Sm4(forEncryption: true, nonce, plain, sealedBytes, column);
        }
        return (_cipher == PersonalCipher.Aes ? "a1:" : "s1:") + Convert.ToBase64String([.. nonce, .. sealedBytes]);
    }

    /// <summary>Opens what was sealed for the column of that name.</summary>
    /// <exception cref="CryptographicException">It was altered, moved from another column, or sealed with another key.</exception>
    public string? Open(string? sealedNumber, string column)
    {
        if (sealedNumber is null) return null;
        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(sealedNumber[3..]);
        }
        catch (Exception e) when (e is FormatException or ArgumentOutOfRangeException)
        {
            throw new CryptographicException("Not a sealed number.", e);
        }
        if (bytes.Length < NonceLength + TagLength) throw new CryptographicException("Not a sealed number.");
        var (nonce, body) = (bytes[..NonceLength], bytes[NonceLength..]);
        var plain = new byte[body.Length - TagLength];
        switch (sealedNumber[..3])
        {
            case "a1:":
                using (var aes = new AesGcm(_aes, TagLength))
                    aes.Decrypt(nonce, body.AsSpan(0, plain.Length), body.AsSpan(plain.Length), plain, Encoding.UTF8.GetBytes(column));
                break;
            case "s1:":
                Sm4(forEncryption: false, nonce, body, plain, column);
                break;
            default:
                throw new CryptographicException("Sealed by a cipher that this version does not know.");
        }
        return Encoding.UTF8.GetString(plain);
    }

    /// <summary>The blind index of a number: the same for the same number and column, telling nothing else. Null for nothing.</summary>
    public string? Index(string? number, string column) => string.IsNullOrEmpty(number) ? null
        : Convert.ToHexStringLower(HMACSHA256.HashData(_index, Encoding.UTF8.GetBytes(column + ":" + number.ToUpperInvariant()))[..16]);

    /// <summary>A number as shown to those who have not asked for the original: <c>330522********1234</c>, <c>138****5678</c>.</summary>
    public static string Mask(string? number) => number switch
    {
        null or "" => "",
        { Length: >= 15 } => number[..6] + new string('*', number.Length - 10) + number[^4..],
        { Length: >= 8 } => number[..3] + new string('*', number.Length - 7) + number[^4..],
        _ => new string('*', number.Length),
    };

    private void Sm4(bool forEncryption, byte[] nonce, byte[] from, byte[] to, string column)
    {
        var cipher = new GcmBlockCipher(new SM4Engine());
        cipher.Init(forEncryption, new AeadParameters(new KeyParameter(_sm4), TagLength * 8, nonce, Encoding.UTF8.GetBytes(column)));
        try
        {
            var done = cipher.ProcessBytes(from, 0, from.Length, to, 0);
            cipher.DoFinal(to, done);
        }
        catch (Org.BouncyCastle.Crypto.InvalidCipherTextException e)
        {
            throw new CryptographicException("The sealed number was altered.", e);
        }
    }
}
