using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Renda.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class CommonProblems : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "analysis_focus_matters",
                columns: table => new
                {
                    focus_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    serial = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_analysis_focus_matters", x => new { x.focus_id, x.serial });
                });

            migrationBuilder.CreateTable(
                name: "analysis_focuses",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    title = table.Column<string>(type: "TEXT", nullable: false),
                    reason = table.Column<string>(type: "TEXT", nullable: false),
                    group_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    study_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    region = table.Column<long>(type: "INTEGER", nullable: false),
                    matters = table.Column<int>(type: "INTEGER", nullable: false),
                    created_by = table.Column<Guid>(type: "TEXT", nullable: false),
                    created_by_name = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    closed_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    closed_by_name = table.Column<string>(type: "TEXT", nullable: false),
                    outcome = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_analysis_focuses", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "analysis_groups",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    study_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    centre = table.Column<long>(type: "INTEGER", nullable: false),
                    size = table.Column<int>(type: "INTEGER", nullable: false),
                    since = table.Column<long>(type: "INTEGER", nullable: false),
                    merged_into_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    dismissed = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_analysis_groups", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "analysis_matters",
                columns: table => new
                {
                    study_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    serial = table.Column<long>(type: "INTEGER", nullable: false),
                    group_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    likeness = table.Column<int>(type: "INTEGER", nullable: false),
                    by_hand = table.Column<bool>(type: "INTEGER", nullable: false),
                    taken_from = table.Column<Guid>(type: "TEXT", nullable: true),
                    category = table.Column<string>(type: "TEXT", maxLength: 110, nullable: false),
                    region = table.Column<long>(type: "INTEGER", nullable: false),
                    latitude = table.Column<double>(type: "REAL", nullable: true),
                    longitude = table.Column<double>(type: "REAL", nullable: true),
                    print = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_analysis_matters", x => new { x.study_id, x.serial });
                });

            migrationBuilder.CreateTable(
                name: "analysis_studies",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    created_by = table.Column<Guid>(type: "TEXT", nullable: false),
                    created_by_name = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    scenarios = table.Column<string>(type: "TEXT", nullable: false),
                    from = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    to = table.Column<DateOnly>(type: "TEXT", nullable: true),
                    region = table.Column<long>(type: "INTEGER", nullable: false),
                    likeness = table.Column<int>(type: "INTEGER", nullable: false),
                    same_category = table.Column<bool>(type: "INTEGER", nullable: false),
                    place = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    radius = table.Column<int>(type: "INTEGER", nullable: false),
                    smallest = table.Column<int>(type: "INTEGER", nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    run = table.Column<Guid>(type: "TEXT", nullable: true),
                    target = table.Column<long>(type: "INTEGER", nullable: false),
                    upto = table.Column<long>(type: "INTEGER", nullable: false),
                    done = table.Column<int>(type: "INTEGER", nullable: false),
                    steps = table.Column<int>(type: "INTEGER", nullable: false),
                    matters = table.Column<int>(type: "INTEGER", nullable: false),
                    groups = table.Column<int>(type: "INTEGER", nullable: false),
                    read_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    fault = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_analysis_studies", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_analysis_focus_matters_serial",
                table: "analysis_focus_matters",
                column: "serial");

            migrationBuilder.CreateIndex(
                name: "ix_analysis_focuses_group_id",
                table: "analysis_focuses",
                column: "group_id");

            migrationBuilder.CreateIndex(
                name: "ix_analysis_focuses_region",
                table: "analysis_focuses",
                column: "region");

            migrationBuilder.CreateIndex(
                name: "ix_analysis_groups_study_id_size_centre",
                table: "analysis_groups",
                columns: new[] { "study_id", "size", "centre" });

            migrationBuilder.CreateIndex(
                name: "ix_analysis_matters_group_id_likeness_serial",
                table: "analysis_matters",
                columns: new[] { "group_id", "likeness", "serial" });

            migrationBuilder.CreateIndex(
                name: "ix_analysis_matters_taken_from",
                table: "analysis_matters",
                column: "taken_from");

            migrationBuilder.CreateIndex(
                name: "ix_analysis_studies_region",
                table: "analysis_studies",
                column: "region");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "analysis_focus_matters");

            migrationBuilder.DropTable(
                name: "analysis_focuses");

            migrationBuilder.DropTable(
                name: "analysis_groups");

            migrationBuilder.DropTable(
                name: "analysis_matters");

            migrationBuilder.DropTable(
                name: "analysis_studies");
        }
    }
}
