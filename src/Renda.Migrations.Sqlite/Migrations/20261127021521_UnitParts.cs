using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Renda.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class UnitParts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_assignments_unit_id_kind_state_matter_id",
                table: "assignments");

            migrationBuilder.AddColumn<bool>(
                name: "beside",
                table: "assignments",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "matter_serial",
                table: "assignments",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<string>(
                name: "matter_state",
                table: "assignments",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "scenario",
                table: "assignments",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            // What the rows before have; from here on it is folded with the events.
            migrationBuilder.Sql("""
                UPDATE assignments SET beside = (kind <> 'lead' OR state = 'returned'),
                    scenario = (SELECT m.scenario FROM matters m WHERE m.id = assignments.matter_id),
                    matter_state = (SELECT m.state FROM matters m WHERE m.id = assignments.matter_id),
                    matter_serial = (SELECT m.serial FROM matters m WHERE m.id = assignments.matter_id)
                """);

            migrationBuilder.CreateIndex(
                name: "ix_assignments_unit_id_beside_scenario_matter_serial",
                table: "assignments",
                columns: new[] { "unit_id", "beside", "scenario", "matter_serial" });

            migrationBuilder.CreateIndex(
                name: "ix_assignments_unit_id_beside_scenario_matter_state_matter_serial",
                table: "assignments",
                columns: new[] { "unit_id", "beside", "scenario", "matter_state", "matter_serial" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_assignments_unit_id_beside_scenario_matter_serial",
                table: "assignments");

            migrationBuilder.DropIndex(
                name: "ix_assignments_unit_id_beside_scenario_matter_state_matter_serial",
                table: "assignments");

            migrationBuilder.DropColumn(
                name: "beside",
                table: "assignments");

            migrationBuilder.DropColumn(
                name: "matter_serial",
                table: "assignments");

            migrationBuilder.DropColumn(
                name: "matter_state",
                table: "assignments");

            migrationBuilder.DropColumn(
                name: "scenario",
                table: "assignments");

            migrationBuilder.CreateIndex(
                name: "ix_assignments_unit_id_kind_state_matter_id",
                table: "assignments",
                columns: new[] { "unit_id", "kind", "state", "matter_id" });
        }
    }
}
