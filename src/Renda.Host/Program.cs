var app = WebApplication.CreateBuilder(args).Build();
app.MapGet("/", () => Renda.Host.ModuleList.All.Select(m => m.Name.Zh));
app.Run();
