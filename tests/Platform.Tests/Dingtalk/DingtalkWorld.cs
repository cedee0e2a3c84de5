using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Platform.Tests.Notices;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Dingtalk;
using Renda.Platform.Notices;
using Renda.Platform.Persistence;

namespace Platform.Tests.Dingtalk;

/// <summary>A county whose people may be bound, and the gateway they are bound at.</summary>
internal sealed class DingtalkWorld : IAsyncDisposable
{
    private readonly MemoryCache _cache = new(new MemoryCacheOptions());
    private Roles? _roles;

    private DingtalkWorld(DingtalkGateway gateway) => Gateway = gateway;

    public DingtalkGateway Gateway { get; }
    public DingtalkSettings Settings { get; private set; } = DingtalkSettings.None;
    public DingtalkClient Client { get; private set; } = null!;
    public DingtalkChannel Channel { get; private set; } = null!;
    public PushWorld Push { get; private set; } = null!;
    public DingtalkDoor Door { get; private set; } = null!;
    public Actors Actors { get; private set; } = null!;

    public static async Task<DingtalkWorld> CreateAsync(DatabaseProvider provider, Uri? site = null)
    {
        var world = new DingtalkWorld(await DingtalkGateway.StartAsync());
        world.Settings = DingtalkClientTests.To(world.Gateway.Address);
        world.Push = await PushWorld.CreateAsync(provider, w =>
        {
            world.Client = new DingtalkClient(world.Settings, w.Clock);
            world.Channel = new DingtalkChannel(world.Settings, world.Client, w, new SiteSettings(site));
            return [world.Channel, w.Sms, w.Mail];
        });
        world.Gateway.Now = () => world.Push.Clock.Now;
        world._roles = new Roles(world.Push, [], world._cache, world.Push.Audit, world.Push.Clock);
        world.Actors = new Actors(world.Push, world._roles, world._cache, world.Push.Clock);
        world.Door = new DingtalkDoor(world.Push, world.Push.Audit, world.Actors, world.Push.Clock, world.Settings);
        return world;
    }

    /// <summary>The account of a person.</summary>
    public async Task<Account> AccountAsync(Guid person)
    {
        await using var db = Push.CreateDbContext();
        return await db.Users.AsNoTracking().SingleAsync(a => a.PersonId == person);
    }

    /// <summary>Binds a person with a member of a number, whom the gateway knows from then on.</summary>
    public async Task BindAsync(Guid person, long id, string organisation = "GO_1")
    {
        Gateway.Members.Add(new(id, "同名", $"GE_{id}", organisation));
        Assert.Null(await Door.BindAccountAsync((await AccountAsync(person)).Id, Visitor(id), default));
    }

    public static DingtalkVisitor Visitor(long id, string name = "同名", string tenant = DingtalkGateway.Tenant) => new(tenant, id, name, "/");

    public async ValueTask DisposeAsync()
    {
        _cache.Dispose();
        Client.Dispose();
        await Push.DisposeAsync();
        await Gateway.DisposeAsync();
    }
}
