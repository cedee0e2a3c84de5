using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Renda.Migrations.Postgres.Migrations
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
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    author_id = table.Column<Guid>(type: "uuid", nullable: false),
                    region = table.Column<long>(type: "bigint", nullable: false),
                    reach = table.Column<int>(type: "integer", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    title = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false),
                    removed_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cockpit_boards", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "cockpit_screens",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    region = table.Column<long>(type: "bigint", nullable: false),
                    boards = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: false),
                    seconds = table.Column<int>(type: "integer", nullable: false),
                    day = table.Column<bool>(type: "boolean", nullable: false),
                    news = table.Column<bool>(type: "boolean", nullable: false),
                    hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    made_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    seen_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cockpit_screens", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "cockpit_versions",
                columns: table => new
                {
                    board_id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    title = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false),
                    tiles = table.Column<string>(type: "text", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    saved_by = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
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
