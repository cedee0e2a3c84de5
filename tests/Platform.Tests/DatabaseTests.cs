using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;
using Renda.Platform.Accounts;
using Renda.Platform.Persistence;

namespace Platform.Tests;

public sealed class DatabaseTests
{
    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task Times_come_back_as_UTC(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var at = new DateTime(2026, 11, 23, 9, 0, 12, DateTimeKind.Utc);
        var id = Guid.CreateVersion7();
        await using (var db = database.CreateContext())
        {
            db.Add(new Account { Id = id, UserName = "liyang", DisplayName = "李阳", ClosedAt = at });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        await using (var db = database.CreateContext())
        {
            var account = await db.Users.SingleAsync(a => a.ClosedAt == at, TestContext.Current.CancellationToken);
            Assert.Equal(id, account.Id);
            Assert.Equal(DateTimeKind.Utc, account.ClosedAt!.Value.Kind);
            Assert.Equal(at, account.ClosedAt);
        }
    }

    [Theory]
    [InlineData("Host=127.0.0.1", 300)]
    [InlineData("Host=127.0.0.1;Max Auto Prepare=0", 0)]
    [InlineData("Host=127.0.0.1;MaxAutoPrepare=20", 20)]
    public void Statements_are_prepared_unless_the_connection_string_says_otherwise(string given, int prepared)
    {
        var options = new DbContextOptionsBuilder<RendaDbContext>();
        new DatabaseSettings(DatabaseProvider.Postgres, given).Configure(options);
        Assert.Equal(prepared, new NpgsqlConnectionStringBuilder(RelationalOptionsExtension.Extract(options.Options).ConnectionString).MaxAutoPrepare);
    }
}
