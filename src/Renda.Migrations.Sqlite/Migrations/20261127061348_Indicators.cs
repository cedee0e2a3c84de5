using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Renda.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Indicators : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "indicator_cells",
                columns: table => new
                {
                    measure = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    cut = table.Column<int>(type: "INTEGER", nullable: false),
                    day = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    known_on = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    division = table.Column<long>(type: "INTEGER", nullable: false),
                    unit_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    category = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    amount = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_indicator_cells", x => new { x.measure, x.cut, x.day, x.division, x.unit_id, x.category, x.known_on });
                });

            migrationBuilder.CreateTable(
                name: "indicator_facts",
                columns: table => new
                {
                    measure = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    seq = table.Column<long>(type: "INTEGER", nullable: false),
                    ordinal = table.Column<int>(type: "INTEGER", nullable: false),
                    day = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    source = table.Column<Guid>(type: "TEXT", nullable: false),
                    known_on = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    division = table.Column<long>(type: "INTEGER", nullable: false),
                    unit_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    category = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    amount = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_indicator_facts", x => new { x.measure, x.day, x.seq, x.ordinal });
                });

            migrationBuilder.CreateTable(
                name: "indicators",
                columns: table => new
                {
                    code = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    from = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    zh = table.Column<string>(type: "TEXT", nullable: false),
                    en = table.Column<string>(type: "TEXT", nullable: false),
                    unit_zh = table.Column<string>(type: "TEXT", nullable: false),
                    unit_en = table.Column<string>(type: "TEXT", nullable: false),
                    better = table.Column<string>(type: "TEXT", maxLength: 10, nullable: false),
                    formula = table.Column<string>(type: "TEXT", nullable: false),
                    decimals = table.Column<int>(type: "INTEGER", nullable: false),
                    meaning_zh = table.Column<string>(type: "TEXT", nullable: false),
                    meaning_en = table.Column<string>(type: "TEXT", nullable: false),
                    owner = table.Column<string>(type: "TEXT", nullable: false),
                    set_by = table.Column<string>(type: "TEXT", nullable: false),
                    set_at = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_indicators", x => new { x.code, x.version });
                });

            migrationBuilder.CreateIndex(
                name: "ix_indicator_facts_measure_division_day",
                table: "indicator_facts",
                columns: new[] { "measure", "division", "day" });

            migrationBuilder.CreateIndex(
                name: "ix_indicator_facts_source",
                table: "indicator_facts",
                column: "source");

            migrationBuilder.CreateIndex(
                name: "ix_indicator_facts_unit_id_measure_day",
                table: "indicator_facts",
                columns: new[] { "unit_id", "measure", "day" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "indicator_cells");

            migrationBuilder.DropTable(
                name: "indicator_facts");

            migrationBuilder.DropTable(
                name: "indicators");
        }
    }
}
