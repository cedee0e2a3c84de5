using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Renda.Migrations.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Map : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "map_cells",
                columns: table => new
                {
                    scenario = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    zoom = table.Column<int>(type: "integer", nullable: false),
                    category = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    state = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    cell = table.Column<long>(type: "bigint", nullable: false),
                    month = table.Column<int>(type: "integer", nullable: false),
                    area = table.Column<long>(type: "bigint", nullable: false),
                    count = table.Column<long>(type: "bigint", nullable: false),
                    x = table.Column<long>(type: "bigint", nullable: false),
                    y = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_map_cells", x => new { x.scenario, x.zoom, x.category, x.state, x.cell, x.month, x.area });
                });

            migrationBuilder.CreateTable(
                name: "map_points",
                columns: table => new
                {
                    serial = table.Column<long>(type: "bigint", nullable: false),
                    scenario = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    spot = table.Column<long>(type: "bigint", nullable: false),
                    region = table.Column<long>(type: "bigint", nullable: false),
                    category = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    state = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    month = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_map_points", x => x.serial);
                });

            migrationBuilder.CreateIndex(
                name: "ix_map_points_scenario_region_spot",
                table: "map_points",
                columns: new[] { "scenario", "region", "spot" });

            migrationBuilder.CreateIndex(
                name: "ix_map_points_scenario_spot_region_category_state_month_serial",
                table: "map_points",
                columns: new[] { "scenario", "spot", "region", "category", "state", "month", "serial" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "map_cells");

            migrationBuilder.DropTable(
                name: "map_points");
        }
    }
}
