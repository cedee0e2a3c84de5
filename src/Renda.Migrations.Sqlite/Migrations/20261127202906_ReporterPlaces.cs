using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Renda.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class ReporterPlaces : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_matter_reporters_person_id",
                table: "matter_reporters");

            migrationBuilder.AddColumn<long>(
                name: "matter_serial",
                table: "matter_reporters",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            // What the rows before have; from here on it is folded with the events.
            migrationBuilder.Sql("UPDATE matter_reporters SET matter_serial = m.serial FROM matters m WHERE m.id = matter_reporters.matter_id");

            migrationBuilder.CreateIndex(
                name: "ix_matter_reporters_person_id_matter_serial",
                table: "matter_reporters",
                columns: new[] { "person_id", "matter_serial" });

            // As in the migration Plans, for the indexes that there are now: a city with a million matters, most of them of one scenario.
            migrationBuilder.Sql("DELETE FROM sqlite_stat1 WHERE tbl IN ('matters', 'assignments', 'matter_reporters')");
            migrationBuilder.Sql("""
                INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
                ('matters', 'ix_matters_serial', '1000000 1'),
                ('matters', 'sqlite_autoindex_matters_1', '1000000 1'),
                ('matters', 'ix_matters_number', '1000000 1'),
                ('matters', 'ix_matters_latitude_longitude', '1000000 10 5'),
                ('matters', 'ix_matters_due_at', '1000000 10'),
                ('matters', 'ix_matters_scenario_serial', '50000 20000 1'),
                ('matters', 'ix_matters_scenario_city_serial', '1000000 500000 500000 1'),
                ('matters', 'ix_matters_scenario_city_state_serial', '1000000 500000 500000 35000 1'),
                ('matters', 'ix_matters_scenario_county_serial', '1000000 500000 100000 1'),
                ('matters', 'ix_matters_scenario_county_state_serial', '1000000 500000 100000 7000 1'),
                ('matters', 'ix_matters_scenario_town_serial', '1000000 500000 7000 1'),
                ('matters', 'ix_matters_scenario_town_state_serial', '1000000 500000 7000 500 1'),
                ('matters', 'ix_matters_lead_unit_id_scenario_serial', '1000000 7000 5000 1'),
                ('matters', 'ix_matters_lead_unit_id_scenario_state_serial', '1000000 7000 5000 400 1'),
                ('matters', 'ix_matters_reporter_id_serial', '1000000 100 1'),
                ('matters', 'ix_matters_context_id_category_serial', '1000000 100000 2000 1'),
                ('assignments', 'sqlite_autoindex_assignments_1', '1200000 1'),
                ('assignments', 'ix_assignments_matter_id', '1200000 2'),
                ('assignments', 'ix_assignments_unit_id_beside_scenario_matter_serial', '1200000 8000 3000 2000 1'),
                ('assignments', 'ix_assignments_unit_id_beside_scenario_matter_state_matter_serial', '1200000 8000 3000 2000 200 1'),
                ('matter_reporters', 'sqlite_autoindex_matter_reporters_1', '1000000 1 1 1'),
                ('matter_reporters', 'ix_matter_reporters_person_id_matter_serial', '1000000 100 1')
                """);
            migrationBuilder.Sql("ANALYZE sqlite_schema");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_matter_reporters_person_id_matter_serial",
                table: "matter_reporters");

            migrationBuilder.DropColumn(
                name: "matter_serial",
                table: "matter_reporters");

            migrationBuilder.CreateIndex(
                name: "ix_matter_reporters_person_id",
                table: "matter_reporters",
                column: "person_id");
        }
    }
}
