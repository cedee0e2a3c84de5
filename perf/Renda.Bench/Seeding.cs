namespace Renda.Bench;

internal static class Seeding { public static Task<int> RunAsync(Options options) => throw new BenchException("soon"); }
