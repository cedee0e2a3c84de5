using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Renda.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Lists : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_matters_scenario_state_serial",
                table: "matters");

            migrationBuilder.DropIndex(
                name: "ix_assignments_unit_id_matter_id",
                table: "assignments");

            migrationBuilder.CreateTable(
                name: "occurrences",
                columns: table => new
                {
                    scenario = table.Column<string>(type: "TEXT", nullable: false),
                    context_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    division = table.Column<long>(type: "INTEGER", nullable: false),
                    member = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    matters = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_occurrences", x => new { x.scenario, x.context_id, x.kind, x.division, x.member });
                });

            // What there is already is counted as Occurrence.Of counts it.
            migrationBuilder.Sql("INSERT INTO occurrences (scenario, context_id, kind, division, member, matters) SELECT m.scenario, coalesce(m.context_id, '00000000-0000-0000-0000-000000000000'), 'reporter', CASE WHEN m.town > 0 THEN m.town WHEN m.county > 0 THEN m.county ELSE m.city END, lower(r.person_id), count(*) FROM (SELECT DISTINCT matter_id, person_id FROM matter_reporters) AS r JOIN matters AS m ON m.id = r.matter_id GROUP BY 1, 2, 4, 5");
            migrationBuilder.Sql("INSERT INTO occurrences (scenario, context_id, kind, division, member, matters) SELECT m.scenario, coalesce(m.context_id, '00000000-0000-0000-0000-000000000000'), 'village', CASE WHEN m.town > 0 THEN m.town WHEN m.county > 0 THEN m.county ELSE m.city END, CAST(m.region AS TEXT), count(*) FROM matters AS m WHERE m.region % 1000 <> 0 GROUP BY 1, 2, 4, 5");
            migrationBuilder.Sql("INSERT INTO occurrences (scenario, context_id, kind, division, member, matters) SELECT m.scenario, coalesce(m.context_id, '00000000-0000-0000-0000-000000000000'), 'days/' || m.state, CASE WHEN m.town > 0 THEN m.town WHEN m.county > 0 THEN m.county ELSE m.city END, CAST((CAST(strftime('%s', m.closed_at) AS INTEGER) - CAST(strftime('%s', m.submitted_at) AS INTEGER)) / 8640 AS TEXT), count(*) FROM matters AS m WHERE m.closed AND m.closed_at IS NOT NULL GROUP BY 1, 2, 3, 4, 5");

            migrationBuilder.CreateIndex(
                name: "ix_matters_city_serial",
                table: "matters",
                columns: new[] { "city", "serial" });

            migrationBuilder.CreateIndex(
                name: "ix_matters_city_state_serial",
                table: "matters",
                columns: new[] { "city", "state", "serial" });

            migrationBuilder.CreateIndex(
                name: "ix_matters_lead_unit_id_serial",
                table: "matters",
                columns: new[] { "lead_unit_id", "serial" });

            migrationBuilder.CreateIndex(
                name: "ix_matters_town_state_serial",
                table: "matters",
                columns: new[] { "town", "state", "serial" });

            migrationBuilder.CreateIndex(
                name: "ix_assignments_unit_id_kind_state_matter_id",
                table: "assignments",
                columns: new[] { "unit_id", "kind", "state", "matter_id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "occurrences");

            migrationBuilder.DropIndex(
                name: "ix_matters_city_serial",
                table: "matters");

            migrationBuilder.DropIndex(
                name: "ix_matters_city_state_serial",
                table: "matters");

            migrationBuilder.DropIndex(
                name: "ix_matters_lead_unit_id_serial",
                table: "matters");

            migrationBuilder.DropIndex(
                name: "ix_matters_town_state_serial",
                table: "matters");

            migrationBuilder.DropIndex(
                name: "ix_assignments_unit_id_kind_state_matter_id",
                table: "assignments");

            migrationBuilder.CreateIndex(
                name: "ix_matters_scenario_state_serial",
                table: "matters",
                columns: new[] { "scenario", "state", "serial" });

            migrationBuilder.CreateIndex(
                name: "ix_assignments_unit_id_matter_id",
                table: "assignments",
                columns: new[] { "unit_id", "matter_id" });
        }
    }
}
