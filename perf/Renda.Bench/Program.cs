using Renda.Bench;

var options = new Options(args);
try
{
    return (args.ElementAtOrDefault(0), args.ElementAtOrDefault(1)) switch
    {
        ("bench", "send-to-screen") => await SendToScreenBench.RunAsync(options),
        ("bench", "intake") => await IntakeBench.RunAsync(options),
        ("bench", "lists") => await ListsBench.RunAsync(options),
        ("bench", "inbox") => await ListsBench.RunAsync(options, "inbox"),
        ("bench", "search") => await ListsBench.RunAsync(options, "search"),
        ("bench", "portal") => await PortalBench.RunAsync(options),
        ("bench", "map") => await MapBench.RunAsync(options),
        ("bench", "cockpit") => await CockpitBench.RunAsync(options),
        ("bench", "import") => await ImportBench.RunAsync(options),
        ("bench", "common") => await CommonBench.RunAsync(options),
        ("drill", "kill") => await KillDrill.RunAsync(options),
        ("seed", _) => await Seeding.RunAsync(options),
        ("bare", _) => await BareAsync(options),
        _ => Usage(),
    };
}
catch (BenchException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}

static async Task<int> BareAsync(Options options)
{
    await Limits.ServeAsync(options);
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine("""
        bench send-to-screen [--seconds N] [--rate FINDINGS_A_SECOND] [--feeds N] [--senders N] [--pages N]
        bench intake [--seconds N]
        bench lists [--matters N] [--seconds N] [--data DIR] [--as clerk|unit|deputy|leader] [--curve]
        bench inbox, bench search: of lists, only the questions of that name
        bench portal [--seconds N]
        bench map [--matters N] [--seconds N] [--data DIR] [--as clerk|unit|deputy|leader]
        bench cockpit [--matters N] [--seconds N] [--data DIR] [--feeds N] [--rounds N]
        bench import [--people N] [--seconds N]
        bench common [--texts N] [--more N]
        drill kill [--rounds N]
        seed --matters N --data DIR
        all: [--postgres CONNECTION] (SQLite without it); bench and drill: [--json] [--save]
        """);
    return 2;
}
