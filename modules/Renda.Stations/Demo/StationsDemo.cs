namespace Renda.Stations.Demo;

internal static class StationsDemo
{
    public static Task SeedAsync(IServiceProvider services, CancellationToken cancellation) => Task.CompletedTask;
}
