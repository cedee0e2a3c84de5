using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Renda.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Suggestions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "suggestions_cosigners",
                columns: table => new
                {
                    draft_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    person_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    asked_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    signed_revision = table.Column<int>(type: "INTEGER", nullable: true),
                    answered_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    declined = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_suggestions_cosigners", x => new { x.draft_id, x.person_id });
                });

            migrationBuilder.CreateTable(
                name: "suggestions_drafts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    person_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    congress_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    written_by = table.Column<Guid>(type: "TEXT", nullable: true),
                    title = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    subject = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    situation = table.Column<string>(type: "TEXT", maxLength: 4000, nullable: false),
                    analysis = table.Column<string>(type: "TEXT", maxLength: 4000, nullable: false),
                    proposal = table.Column<string>(type: "TEXT", maxLength: 4000, nullable: false),
                    origin = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    repeated = table.Column<bool>(type: "INTEGER", nullable: false),
                    openness = table.Column<string>(type: "TEXT", maxLength: 10, nullable: false),
                    contact = table.Column<string>(type: "TEXT", maxLength: 10, nullable: false),
                    unit_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    source_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    media = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: false),
                    revision = table.Column<int>(type: "INTEGER", nullable: false),
                    changed_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    submitted_at = table.Column<DateTime>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_suggestions_drafts", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_suggestions_cosigners_person_id",
                table: "suggestions_cosigners",
                column: "person_id");

            migrationBuilder.CreateIndex(
                name: "ix_suggestions_drafts_person_id_changed_at",
                table: "suggestions_drafts",
                columns: new[] { "person_id", "changed_at" },
                filter: "submitted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_suggestions_drafts_written_by_changed_at",
                table: "suggestions_drafts",
                columns: new[] { "written_by", "changed_at" },
                filter: "submitted_at IS NULL AND written_by IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "suggestions_cosigners");

            migrationBuilder.DropTable(
                name: "suggestions_drafts");
        }
    }
}
