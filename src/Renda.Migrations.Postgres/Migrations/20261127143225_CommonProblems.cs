using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Renda.Migrations.Postgres.Migrations
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
                    focus_id = table.Column<Guid>(type: "uuid", nullable: false),
                    serial = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_analysis_focus_matters", x => new { x.focus_id, x.serial });
                });

            migrationBuilder.CreateTable(
                name: "analysis_focuses",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    title = table.Column<string>(type: "text", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false),
                    group_id = table.Column<Guid>(type: "uuid", nullable: false),
                    study_id = table.Column<Guid>(type: "uuid", nullable: false),
                    region = table.Column<long>(type: "bigint", nullable: false),
                    matters = table.Column<int>(type: "integer", nullable: false),
                    created_by = table.Column<Guid>(type: "uuid", nullable: false),
                    created_by_name = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    closed_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    closed_by_name = table.Column<string>(type: "text", nullable: false),
                    outcome = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_analysis_focuses", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "analysis_groups",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    study_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    centre = table.Column<long>(type: "bigint", nullable: false),
                    size = table.Column<int>(type: "integer", nullable: false),
                    since = table.Column<long>(type: "bigint", nullable: false),
                    merged_into_id = table.Column<Guid>(type: "uuid", nullable: true),
                    dismissed = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_analysis_groups", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "analysis_matters",
                columns: table => new
                {
                    study_id = table.Column<Guid>(type: "uuid", nullable: false),
                    serial = table.Column<long>(type: "bigint", nullable: false),
                    group_id = table.Column<Guid>(type: "uuid", nullable: true),
                    likeness = table.Column<int>(type: "integer", nullable: false),
                    by_hand = table.Column<bool>(type: "boolean", nullable: false),
                    taken_from = table.Column<Guid>(type: "uuid", nullable: true),
                    category = table.Column<string>(type: "character varying(110)", maxLength: 110, nullable: false),
                    region = table.Column<long>(type: "bigint", nullable: false),
                    latitude = table.Column<double>(type: "double precision", nullable: true),
                    longitude = table.Column<double>(type: "double precision", nullable: true),
                    print = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_analysis_matters", x => new { x.study_id, x.serial });
                });

            migrationBuilder.CreateTable(
                name: "analysis_studies",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    created_by = table.Column<Guid>(type: "uuid", nullable: false),
                    created_by_name = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    scenarios = table.Column<string>(type: "text", nullable: false),
                    from = table.Column<DateOnly>(type: "date", nullable: false),
                    to = table.Column<DateOnly>(type: "date", nullable: true),
                    region = table.Column<long>(type: "bigint", nullable: false),
                    likeness = table.Column<int>(type: "integer", nullable: false),
                    same_category = table.Column<bool>(type: "boolean", nullable: false),
                    place = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    radius = table.Column<int>(type: "integer", nullable: false),
                    smallest = table.Column<int>(type: "integer", nullable: false),
                    state = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    run = table.Column<Guid>(type: "uuid", nullable: true),
                    target = table.Column<long>(type: "bigint", nullable: false),
                    upto = table.Column<long>(type: "bigint", nullable: false),
                    done = table.Column<int>(type: "integer", nullable: false),
                    steps = table.Column<int>(type: "integer", nullable: false),
                    matters = table.Column<int>(type: "integer", nullable: false),
                    groups = table.Column<int>(type: "integer", nullable: false),
                    read_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    fault = table.Column<string>(type: "text", nullable: false)
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
