using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Renda.Migrations.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class ListsByScenario : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_matters_city_serial",
                table: "matters");

            migrationBuilder.DropIndex(
                name: "ix_matters_city_state_serial",
                table: "matters");

            migrationBuilder.DropIndex(
                name: "ix_matters_county_serial",
                table: "matters");

            migrationBuilder.DropIndex(
                name: "ix_matters_county_state_serial",
                table: "matters");

            migrationBuilder.DropIndex(
                name: "ix_matters_lead_unit_id_serial",
                table: "matters");

            migrationBuilder.DropIndex(
                name: "ix_matters_lead_unit_id_state_serial",
                table: "matters");

            migrationBuilder.DropIndex(
                name: "ix_matters_town_serial",
                table: "matters");

            migrationBuilder.DropIndex(
                name: "ix_matters_town_state_serial",
                table: "matters");

            migrationBuilder.CreateIndex(
                name: "ix_matters_lead_unit_id_scenario_serial",
                table: "matters",
                columns: new[] { "lead_unit_id", "scenario", "serial" });

            migrationBuilder.CreateIndex(
                name: "ix_matters_lead_unit_id_scenario_state_serial",
                table: "matters",
                columns: new[] { "lead_unit_id", "scenario", "state", "serial" });

            migrationBuilder.CreateIndex(
                name: "ix_matters_scenario_city_serial",
                table: "matters",
                columns: new[] { "scenario", "city", "serial" });

            migrationBuilder.CreateIndex(
                name: "ix_matters_scenario_city_state_serial",
                table: "matters",
                columns: new[] { "scenario", "city", "state", "serial" });

            migrationBuilder.CreateIndex(
                name: "ix_matters_scenario_county_serial",
                table: "matters",
                columns: new[] { "scenario", "county", "serial" });

            migrationBuilder.CreateIndex(
                name: "ix_matters_scenario_county_state_serial",
                table: "matters",
                columns: new[] { "scenario", "county", "state", "serial" });

            migrationBuilder.CreateIndex(
                name: "ix_matters_scenario_town_serial",
                table: "matters",
                columns: new[] { "scenario", "town", "serial" });

            migrationBuilder.CreateIndex(
                name: "ix_matters_scenario_town_state_serial",
                table: "matters",
                columns: new[] { "scenario", "town", "state", "serial" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_matters_lead_unit_id_scenario_serial",
                table: "matters");

            migrationBuilder.DropIndex(
                name: "ix_matters_lead_unit_id_scenario_state_serial",
                table: "matters");

            migrationBuilder.DropIndex(
                name: "ix_matters_scenario_city_serial",
                table: "matters");

            migrationBuilder.DropIndex(
                name: "ix_matters_scenario_city_state_serial",
                table: "matters");

            migrationBuilder.DropIndex(
                name: "ix_matters_scenario_county_serial",
                table: "matters");

            migrationBuilder.DropIndex(
                name: "ix_matters_scenario_county_state_serial",
                table: "matters");

            migrationBuilder.DropIndex(
                name: "ix_matters_scenario_town_serial",
                table: "matters");

            migrationBuilder.DropIndex(
                name: "ix_matters_scenario_town_state_serial",
                table: "matters");

            migrationBuilder.CreateIndex(
                name: "ix_matters_city_serial",
                table: "matters",
                columns: new[] { "city", "serial" });

            migrationBuilder.CreateIndex(
                name: "ix_matters_city_state_serial",
                table: "matters",
                columns: new[] { "city", "state", "serial" });

            migrationBuilder.CreateIndex(
                name: "ix_matters_county_serial",
                table: "matters",
                columns: new[] { "county", "serial" });

            migrationBuilder.CreateIndex(
                name: "ix_matters_county_state_serial",
                table: "matters",
                columns: new[] { "county", "state", "serial" });

            migrationBuilder.CreateIndex(
                name: "ix_matters_lead_unit_id_serial",
                table: "matters",
                columns: new[] { "lead_unit_id", "serial" });

            migrationBuilder.CreateIndex(
                name: "ix_matters_lead_unit_id_state_serial",
                table: "matters",
                columns: new[] { "lead_unit_id", "state", "serial" });

            migrationBuilder.CreateIndex(
                name: "ix_matters_town_serial",
                table: "matters",
                columns: new[] { "town", "serial" });

            migrationBuilder.CreateIndex(
                name: "ix_matters_town_state_serial",
                table: "matters",
                columns: new[] { "town", "state", "serial" });
        }
    }
}
