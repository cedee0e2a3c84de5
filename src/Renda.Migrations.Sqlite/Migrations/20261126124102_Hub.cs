using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Renda.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Hub : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_todos_matter_id_done_at",
                table: "todos");

            migrationBuilder.DropIndex(
                name: "ix_todos_organisation_id_done_at_arrived_at",
                table: "todos");

            migrationBuilder.DropIndex(
                name: "ix_todos_person_id_done_at_arrived_at",
                table: "todos");

            migrationBuilder.RenameColumn(
                name: "matter_id",
                table: "todos",
                newName: "item_id");

            migrationBuilder.AddColumn<Guid>(
                name: "done_by",
                table: "todos",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "duty",
                table: "todos",
                type: "TEXT",
                maxLength: 10,
                nullable: false,
                defaultValue: "Handle");

            migrationBuilder.AddColumn<string>(
                name: "href",
                table: "todos",
                type: "TEXT",
                maxLength: 1000,
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "reading",
                table: "todos",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "application_duties",
                columns: table => new
                {
                    source = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    key = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    revision = table.Column<long>(type: "INTEGER", nullable: false),
                    hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    todo_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    changed_at = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_application_duties", x => new { x.source, x.key });
                });

            migrationBuilder.CreateTable(
                name: "applications",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    zh = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    en = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    icon = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    address = table.Column<string>(type: "TEXT", maxLength: 300, nullable: false),
                    group = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    feeds = table.Column<bool>(type: "INTEGER", nullable: false),
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    joined_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    retired_at = table.Column<DateTime>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_applications", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "desk_places",
                columns: table => new
                {
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    tile = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    position = table.Column<int>(type: "INTEGER", nullable: false),
                    pinned = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_desk_places", x => new { x.account_id, x.tile });
                });

            migrationBuilder.CreateTable(
                name: "todo_claims",
                columns: table => new
                {
                    todo_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    given_by = table.Column<Guid>(type: "TEXT", nullable: true),
                    given_by_name = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_todo_claims", x => x.todo_id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_todos_item_id_organisation_id",
                table: "todos",
                columns: new[] { "item_id", "organisation_id" },
                unique: true,
                filter: "done_at IS NULL AND organisation_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_todos_item_id_person_id",
                table: "todos",
                columns: new[] { "item_id", "person_id" },
                unique: true,
                filter: "done_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_todos_organisation_id_reading_done_at_id",
                table: "todos",
                columns: new[] { "organisation_id", "reading", "done_at", "id" },
                filter: "done_at IS NOT NULL AND organisation_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_todos_organisation_id_reading_due_at_id_scenario",
                table: "todos",
                columns: new[] { "organisation_id", "reading", "due_at", "id", "scenario" },
                filter: "done_at IS NULL AND organisation_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_todos_person_id_reading_done_at_id",
                table: "todos",
                columns: new[] { "person_id", "reading", "done_at", "id" },
                filter: "done_at IS NOT NULL AND person_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_todos_person_id_reading_due_at_id_scenario",
                table: "todos",
                columns: new[] { "person_id", "reading", "due_at", "id", "scenario" },
                filter: "done_at IS NULL AND person_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_applications_account_id",
                table: "applications",
                column: "account_id",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "application_duties");

            migrationBuilder.DropTable(
                name: "applications");

            migrationBuilder.DropTable(
                name: "desk_places");

            migrationBuilder.DropTable(
                name: "todo_claims");

            migrationBuilder.DropIndex(
                name: "ix_todos_item_id_organisation_id",
                table: "todos");

            migrationBuilder.DropIndex(
                name: "ix_todos_item_id_person_id",
                table: "todos");

            migrationBuilder.DropIndex(
                name: "ix_todos_organisation_id_reading_done_at_id",
                table: "todos");

            migrationBuilder.DropIndex(
                name: "ix_todos_organisation_id_reading_due_at_id_scenario",
                table: "todos");

            migrationBuilder.DropIndex(
                name: "ix_todos_person_id_reading_done_at_id",
                table: "todos");

            migrationBuilder.DropIndex(
                name: "ix_todos_person_id_reading_due_at_id_scenario",
                table: "todos");

            migrationBuilder.DropColumn(
                name: "done_by",
                table: "todos");

            migrationBuilder.DropColumn(
                name: "duty",
                table: "todos");

            migrationBuilder.DropColumn(
                name: "href",
                table: "todos");

            migrationBuilder.DropColumn(
                name: "reading",
                table: "todos");

            migrationBuilder.RenameColumn(
                name: "item_id",
                table: "todos",
                newName: "matter_id");

            migrationBuilder.CreateIndex(
                name: "ix_todos_matter_id_done_at",
                table: "todos",
                columns: new[] { "matter_id", "done_at" });

            migrationBuilder.CreateIndex(
                name: "ix_todos_organisation_id_done_at_arrived_at",
                table: "todos",
                columns: new[] { "organisation_id", "done_at", "arrived_at" });

            migrationBuilder.CreateIndex(
                name: "ix_todos_person_id_done_at_arrived_at",
                table: "todos",
                columns: new[] { "person_id", "done_at", "arrived_at" });
        }
    }
}
