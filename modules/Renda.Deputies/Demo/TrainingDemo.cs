namespace Renda.Deputies.Demo;

internal static class TrainingDemo
{
    public static Task SeedAsync(IServiceProvider services, CancellationToken cancellation) => Task.CompletedTask;
}
