using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Renda.Platform.Persistence;

#nullable disable

namespace Renda.Migrations.Postgres.Migrations;

/// <summary>Each matter's words name the window in which it arrived. SQLite needs none: its index gives the newest first.</summary>
[DbContext(typeof(RendaDbContext))]
[Migration("20261127092600_SearchWindows")]
public partial class SearchWindows : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql("UPDATE matter_search SET words = words || array_to_tsvector(ARRAY['w:' || (serial >> 13)])");

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql("UPDATE matter_search SET words = ts_delete(words, 'w:' || (serial >> 13))");
}
