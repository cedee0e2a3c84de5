using System.Security.Cryptography;
using CsCheck;
using Renda.Platform.People;

namespace Platform.Tests.People;

/// <summary>Personal numbers are sealed for their column, found by a blind index and never stored in clear.</summary>
public sealed class PersonalDataTests
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(96);

    [Theory]
    [InlineData(PersonalCipher.Aes)]
    [InlineData(PersonalCipher.Sm4)]
    public void What_is_sealed_opens_again_for_its_own_column_only(PersonalCipher cipher)
    {
        var data = new PersonalData(Key, cipher);
        Gen.String[Gen.Char.AlphaNumeric, 1, 40].Sample(number =>
        {
            var text = data.Seal(number, "phone")!;
            Assert.DoesNotContain(number, number.Length > 5 ? text : "");
            Assert.Equal(number, data.Open(text, "phone"));
            Assert.ThrowsAny<CryptographicException>(() => data.Open(text, "id-number"));
            Assert.NotEqual(text, data.Seal(number, "phone"));
        });
    }

    [Theory]
    [InlineData(PersonalCipher.Aes)]
    [InlineData(PersonalCipher.Sm4)]
    public void One_altered_bit_is_noticed(PersonalCipher cipher)
    {
        var data = new PersonalData(Key, cipher);
        var bytes = Convert.FromBase64String(data.Seal("13812345678", "phone")![3..]);
        for (var bit = 0; bit < bytes.Length * 8; bit += 7)
        {
            var altered = (byte[])bytes.Clone();
            altered[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.ThrowsAny<CryptographicException>(() => data.Open((cipher == PersonalCipher.Aes ? "a1:" : "s1:") + Convert.ToBase64String(altered), "phone"));
        }
    }

    [Fact]
    public void A_change_of_cipher_leaves_what_the_other_sealed_readable() =>
        Assert.Equal("13812345678", new PersonalData(Key, PersonalCipher.Sm4).Open(new PersonalData(Key, PersonalCipher.Aes).Seal("13812345678", "phone"), "phone"));

    [Fact]
    public void The_blind_index_is_the_same_for_the_same_number_and_tells_columns_and_keys_apart()
    {
        var data = new PersonalData(Key, PersonalCipher.Aes);
        Assert.Equal(data.Index("33052219880309001x", "id-number"), data.Index("33052219880309001X", "id-number"));
        Assert.NotEqual(data.Index("13812345678", "phone"), data.Index("13812345678", "id-number"));
        Assert.NotEqual(data.Index("13812345678", "phone"), new PersonalData(RandomNumberGenerator.GetBytes(96), PersonalCipher.Aes).Index("13812345678", "phone"));
        Assert.Null(data.Index("", "phone"));
    }

    [Theory]
    [InlineData("330522198803090012", "330522********0012")]
    [InlineData("13812345678", "138****5678")]
    [InlineData("123", "***")]
    [InlineData(null, "")]
    public void Shown_is_only_what_tells_one_from_another(string? number, string shown) => Assert.Equal(shown, PersonalData.Mask(number));

    [Fact]
    public void The_key_is_made_once_and_only_its_owner_may_read_it()
    {
        var folder = Directory.CreateTempSubdirectory("renda-key-");
        try
        {
            var path = Path.Combine(folder.FullName, "keys", "personal.key");
            var text = PersonalData.FromFile(path, PersonalCipher.Aes).Seal("13812345678", "phone");
            Assert.Equal("13812345678", PersonalData.FromFile(path, PersonalCipher.Aes).Open(text, "phone"));
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            File.WriteAllText(path, "something else");
            Assert.Throws<InvalidDataException>(() => PersonalData.FromFile(path, PersonalCipher.Aes));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
