using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Renda.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Briefs : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "cockpit_briefs",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    board = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    month = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    region = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    texts = table.Column<string>(type: "TEXT", nullable: false),
                    changed_by = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    changed_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    issue = table.Column<int>(type: "INTEGER", nullable: false),
                    issued_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    issued_by = table.Column<Guid>(type: "TEXT", nullable: true),
                    issued_by_name = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    as_of = table.Column<DateOnly>(type: "TEXT", nullable: true),
                    content = table.Column<string>(type: "TEXT", nullable: false),
                    scenarios = table.Column<string>(type: "TEXT", maxLength: 400, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cockpit_briefs", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_cockpit_briefs_board_region_month",
                table: "cockpit_briefs",
                columns: new[] { "board", "region", "month" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_cockpit_briefs_region_month",
                table: "cockpit_briefs",
                columns: new[] { "region", "month" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "cockpit_briefs");
        }
    }
}
