using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Renda.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Dingtalk : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "dingtalk_bindings",
                columns: table => new
                {
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    tenant = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    dingtalk_id = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    bound_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    suspended_at = table.Column<DateTime>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dingtalk_bindings", x => x.account_id);
                });

            migrationBuilder.CreateTable(
                name: "dingtalk_members",
                columns: table => new
                {
                    employee_code = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    dingtalk_id = table.Column<long>(type: "INTEGER", nullable: true),
                    name = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    organisation_code = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    sync_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    left_at = table.Column<DateTime>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dingtalk_members", x => x.employee_code);
                });

            migrationBuilder.CreateTable(
                name: "dingtalk_organisations",
                columns: table => new
                {
                    code = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    sync_id = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dingtalk_organisations", x => x.code);
                });

            migrationBuilder.CreateTable(
                name: "dingtalk_syncs",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    asked_by = table.Column<Guid>(type: "TEXT", nullable: true),
                    started_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    seen_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    ended_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    organisations = table.Column<int>(type: "INTEGER", nullable: false),
                    people = table.Column<int>(type: "INTEGER", nullable: false),
                    left = table.Column<int>(type: "INTEGER", nullable: false),
                    suspended = table.Column<int>(type: "INTEGER", nullable: false),
                    error = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dingtalk_syncs", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "dingtalk_tasks",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    todo_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    dingtalk_id = table.Column<long>(type: "INTEGER", nullable: false),
                    task_uuid = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 10, nullable: false),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    next_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    last_error = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dingtalk_tasks", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_notice_deliveries_revoking",
                table: "notice_deliveries",
                columns: new[] { "channel", "next_at" },
                filter: "state = 'Revoking'");

            migrationBuilder.CreateIndex(
                name: "ix_dingtalk_bindings_tenant_dingtalk_id",
                table: "dingtalk_bindings",
                columns: new[] { "tenant", "dingtalk_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_dingtalk_members_dingtalk_id",
                table: "dingtalk_members",
                column: "dingtalk_id");

            migrationBuilder.CreateIndex(
                name: "ix_dingtalk_members_sync_id",
                table: "dingtalk_members",
                column: "sync_id");

            migrationBuilder.CreateIndex(
                name: "ix_dingtalk_syncs_started_at",
                table: "dingtalk_syncs",
                column: "started_at");

            migrationBuilder.CreateIndex(
                name: "ix_dingtalk_tasks_state_next_at",
                table: "dingtalk_tasks",
                columns: new[] { "state", "next_at" });

            migrationBuilder.CreateIndex(
                name: "ix_dingtalk_tasks_todo_id_account_id",
                table: "dingtalk_tasks",
                columns: new[] { "todo_id", "account_id" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "dingtalk_bindings");

            migrationBuilder.DropTable(
                name: "dingtalk_members");

            migrationBuilder.DropTable(
                name: "dingtalk_organisations");

            migrationBuilder.DropTable(
                name: "dingtalk_syncs");

            migrationBuilder.DropTable(
                name: "dingtalk_tasks");

            migrationBuilder.DropIndex(
                name: "ix_notice_deliveries_revoking",
                table: "notice_deliveries");
        }
    }
}
