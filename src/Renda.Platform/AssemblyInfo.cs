using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Platform.Tests")]
[assembly: InternalsVisibleTo("Modules.Tests")]
[assembly: InternalsVisibleTo("Renda.Bench")]
