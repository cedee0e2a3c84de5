namespace Renda.Bench;

internal static class ListsBench { public static Task<int> RunAsync(Options options) => throw new BenchException("soon"); }
