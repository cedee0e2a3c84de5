using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Renda.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Plans : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // How many rows an index has for one value of its columns, in a city with a million matters: 5 counties, 72 towns,
            // 150 units, 10,000 deputies, of 14 states mostly the last. SQLite's own guess is ten for each of them alike.
            migrationBuilder.Sql("ANALYZE sqlite_schema");
            migrationBuilder.Sql("DELETE FROM sqlite_stat1 WHERE tbl IN ('matters', 'assignments', 'matter_reporters')");
            migrationBuilder.Sql("""
                INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
                ('matters', 'ix_matters_serial', '1000000 1'),
                ('matters', 'sqlite_autoindex_matters_1', '1000000 1'),
                ('matters', 'ix_matters_number', '1000000 1'),
                ('matters', 'ix_matters_latitude_longitude', '1000000 10 5'),
                ('matters', 'ix_matters_due_at', '1000000 10'),
                ('matters', 'ix_matters_city_serial', '1000000 1000000 1'),
                ('matters', 'ix_matters_city_state_serial', '1000000 1000000 70000 1'),
                ('matters', 'ix_matters_county_serial', '1000000 200000 1'),
                ('matters', 'ix_matters_county_state_serial', '1000000 200000 14000 1'),
                ('matters', 'ix_matters_town_serial', '1000000 14000 1'),
                ('matters', 'ix_matters_town_state_serial', '1000000 14000 1000 1'),
                ('matters', 'ix_matters_lead_unit_id_serial', '1000000 7000 1'),
                ('matters', 'ix_matters_lead_unit_id_state_serial', '1000000 7000 500 1'),
                ('matters', 'ix_matters_reporter_id_serial', '1000000 100 1'),
                ('matters', 'ix_matters_context_id_category_serial', '1000000 100000 2000 1'),
                ('assignments', 'sqlite_autoindex_assignments_1', '1200000 1'),
                ('assignments', 'ix_assignments_matter_id', '1200000 2'),
                ('assignments', 'ix_assignments_unit_id_kind_state_matter_id', '1200000 8000 3000 1000 1'),
                ('matter_reporters', 'sqlite_autoindex_matter_reporters_1', '1000000 1 1 1'),
                ('matter_reporters', 'ix_matter_reporters_person_id', '1000000 100')
                """);
            migrationBuilder.Sql("ANALYZE sqlite_schema");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DELETE FROM sqlite_stat1 WHERE tbl IN ('matters', 'assignments', 'matter_reporters')");
        }
    }
}
