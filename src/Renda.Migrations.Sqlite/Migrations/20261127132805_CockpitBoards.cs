using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Renda.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class CockpitBoards : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "cockpit_boards",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    author_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    region = table.Column<long>(type: "INTEGER", nullable: false),
                    reach = table.Column<int>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    title = table.Column<string>(type: "TEXT", maxLength: 30, nullable: false),
                    removed_at = table.Column<DateTime>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cockpit_boards", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "cockpit_screens",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 30, nullable: false),
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    region = table.Column<long>(type: "INTEGER", nullable: false),
                    boards = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    seconds = table.Column<int>(type: "INTEGER", nullable: false),
                    day = table.Column<bool>(type: "INTEGER", nullable: false),
                    news = table.Column<bool>(type: "INTEGER", nullable: false),
                    hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    made_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    expires_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    seen_at = table.Column<DateTime>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cockpit_screens", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "cockpit_versions",
                columns: table => new
                {
                    board_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    title = table.Column<string>(type: "TEXT", maxLength: 30, nullable: false),
                    tiles = table.Column<string>(type: "TEXT", nullable: false),
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    saved_by = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    at = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cockpit_versions", x => new { x.board_id, x.version });
                });

            migrationBuilder.CreateIndex(
                name: "ix_cockpit_boards_author_id",
                table: "cockpit_boards",
                column: "author_id");

            migrationBuilder.CreateIndex(
                name: "ix_cockpit_boards_region_reach",
                table: "cockpit_boards",
                columns: new[] { "region", "reach" });

            migrationBuilder.CreateIndex(
                name: "ix_cockpit_screens_hash",
                table: "cockpit_screens",
                column: "hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_cockpit_screens_region",
                table: "cockpit_screens",
                column: "region");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "cockpit_boards");

            migrationBuilder.DropTable(
                name: "cockpit_screens");

            migrationBuilder.DropTable(
                name: "cockpit_versions");
        }
    }
}
