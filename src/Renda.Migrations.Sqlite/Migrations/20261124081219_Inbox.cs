using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Renda.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Inbox : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // The search index knows units and persons from now on: it is made anew in the background.
            migrationBuilder.Sql("DELETE FROM feed_cursors WHERE name = 'search'");

            migrationBuilder.CreateTable(
                name: "saved_filters",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    page = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    query = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    saved_at = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_saved_filters", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_notices_organisation_id",
                table: "notices",
                column: "organisation_id",
                filter: "read_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_notices_person_id",
                table: "notices",
                column: "person_id",
                filter: "read_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_saved_filters_account_id_page_name",
                table: "saved_filters",
                columns: new[] { "account_id", "page", "name" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "saved_filters");

            migrationBuilder.DropIndex(
                name: "ix_notices_organisation_id",
                table: "notices");

            migrationBuilder.DropIndex(
                name: "ix_notices_person_id",
                table: "notices");
        }
    }
}
