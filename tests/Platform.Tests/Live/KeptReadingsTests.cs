using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Renda.Platform.Access;
using Renda.Platform.Live;
using Renda.Platform.Persistence;

namespace Platform.Tests.Live;

/// <summary>What was read is given again until something is committed, and to nobody with other rights.</summary>
public sealed class KeptReadingsTests
{
    private readonly ChangeFeed _feed = new();
    private readonly Actor _clerk = new(Guid.CreateVersion7(), null, "周敏", [new ActorGrant(Role.Find("clerk")!, 330522000000, null, new HashSet<string> { "visits.read" })]);
    private int _read;

    [Fact]
    public async Task What_nobody_changed_is_read_once()
    {
        var kept = new KeptReadings(_feed, new MemoryCache(new MemoryCacheOptions()));
        for (var i = 0; i < 3; i++) Assert.Equal(1, await ReadAsync(kept, _clerk, "list"));
        Assert.Equal(2, await ReadAsync(kept, _clerk, "another list"));
    }

    [Fact]
    public async Task Whoever_has_other_rights_reads_anew()
    {
        var kept = new KeptReadings(_feed, new MemoryCache(new MemoryCacheOptions()));
        Assert.Equal(1, await ReadAsync(kept, _clerk, "list"));
        // The same account, looked up again after a grant was taken away.
        Assert.Equal(2, await ReadAsync(kept, _clerk with { Grants = [] }, "list"));
        Assert.Equal(3, await ReadAsync(kept, _clerk with { AccountId = Guid.CreateVersion7() }, "list"));
    }

    [Fact]
    public async Task A_commit_makes_it_old_also_one_that_came_while_it_was_read()
    {
        var kept = new KeptReadings(_feed, new MemoryCache(new MemoryCacheOptions()));
        Assert.Equal(1, await ReadAsync(kept, _clerk, "list"));
        _feed.Publish([Guid.CreateVersion7()]);
        Assert.Equal(2, await ReadAsync(kept, _clerk, "list"));
        _feed.Publish([Guid.CreateVersion7()], ofNotices: true);
        Assert.Equal(3, await kept.ReadAsync(_clerk, "list", () =>
        {
            _feed.Publish([Guid.CreateVersion7()]);
            return Task.FromResult(++_read);
        }));
        Assert.Equal(4, await ReadAsync(kept, _clerk, "list"));
        // Indicators that were counted further are no commit.
        _feed.PublishNumbers();
        Assert.Equal(4, await ReadAsync(kept, _clerk, "list"));
    }

    [Fact]
    public async Task What_could_not_be_read_is_not_kept()
    {
        var kept = new KeptReadings(_feed, new MemoryCache(new MemoryCacheOptions()));
        await Assert.ThrowsAsync<InvalidOperationException>(() => kept.ReadAsync<int>(_clerk, "list", () => throw new InvalidOperationException()));
        Assert.Equal(1, await ReadAsync(kept, _clerk, "list"));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public void A_commit_of_matters_is_known_before_whoever_made_it_has_their_answer(DatabaseProvider provider)
    {
        var relay = new ChangeRelay(null!, new DatabaseSettings(provider, ""), _feed, NullLogger<ChangeRelay>.Instance);
        var before = _feed.Position;
        relay.Committed([]);
        Assert.NotEqual(before, _feed.Position);
    }

    private Task<int> ReadAsync(KeptReadings kept, Actor actor, string question) => kept.ReadAsync(actor, question, () => Task.FromResult(++_read));
}
