using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Renda.Migrations.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Deputies : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "deputies_activities",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    congress_id = table.Column<Guid>(type: "uuid", nullable: false),
                    group_id = table.Column<Guid>(type: "uuid", nullable: true),
                    kind = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    title = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    content = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: false),
                    begins = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    ends = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    place = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: false),
                    latitude = table.Column<double>(type: "double precision", nullable: true),
                    longitude = table.Column<double>(type: "double precision", nullable: true),
                    metres = table.Column<int>(type: "integer", nullable: false),
                    answer_by = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    places = table.Column<int>(type: "integer", nullable: false),
                    state = table.Column<string>(type: "character varying(12)", maxLength: 12, nullable: false),
                    code = table.Column<string>(type: "character varying(12)", maxLength: 12, nullable: false),
                    record = table.Column<string>(type: "character varying(8000)", maxLength: 8000, nullable: false),
                    result = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: false),
                    @public = table.Column<bool>(name: "public", type: "boolean", nullable: false),
                    media = table.Column<string>(type: "character varying(700)", maxLength: 700, nullable: false),
                    cancel_reason = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    kept_by = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    changed_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_deputies_activities", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "deputies_archives",
                columns: table => new
                {
                    mandate_id = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    by = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    to = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    content = table.Column<byte[]>(type: "bytea", nullable: false),
                    sha256 = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_deputies_archives", x => x.mandate_id);
                });

            migrationBuilder.CreateTable(
                name: "deputies_courses",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    congress_id = table.Column<Guid>(type: "uuid", nullable: false),
                    title = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    content = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: false),
                    hours = table.Column<decimal>(type: "numeric(6,1)", precision: 6, scale: 1, nullable: false),
                    onboarding = table.Column<bool>(type: "boolean", nullable: false),
                    until = table.Column<DateOnly>(type: "date", nullable: true),
                    pass = table.Column<int>(type: "integer", nullable: false),
                    published_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    closed_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    media = table.Column<string>(type: "character varying(700)", maxLength: 700, nullable: false),
                    changed_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_deputies_courses", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "deputies_entries",
                columns: table => new
                {
                    matter_id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    mandate_id = table.Column<Guid>(type: "uuid", nullable: false),
                    congress_id = table.Column<Guid>(type: "uuid", nullable: false),
                    heading = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    electors = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_deputies_entries", x => x.matter_id);
                });

            migrationBuilder.CreateTable(
                name: "deputies_points",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    congress_id = table.Column<Guid>(type: "uuid", nullable: false),
                    item = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    points = table.Column<decimal>(type: "numeric(8,2)", precision: 8, scale: 2, nullable: false),
                    cap = table.Column<decimal>(type: "numeric(8,2)", precision: 8, scale: 2, nullable: true),
                    from = table.Column<DateOnly>(type: "date", nullable: false),
                    by = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_deputies_points", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "deputies_reports",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    mandate_id = table.Column<Guid>(type: "uuid", nullable: false),
                    congress_id = table.Column<Guid>(type: "uuid", nullable: false),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    place = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: false),
                    audience = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: false),
                    text = table.Column<string>(type: "character varying(8000)", maxLength: 8000, nullable: false),
                    submitted_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    held_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    present = table.Column<int>(type: "integer", nullable: false),
                    satisfied = table.Column<int>(type: "integer", nullable: false),
                    basically = table.Column<int>(type: "integer", nullable: false),
                    dissatisfied = table.Column<int>(type: "integer", nullable: false),
                    comments = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false),
                    @public = table.Column<bool>(name: "public", type: "boolean", nullable: false),
                    kept_by = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_deputies_reports", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "deputies_steps",
                columns: table => new
                {
                    mandate_id = table.Column<Guid>(type: "uuid", nullable: false),
                    step = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    done_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    by = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    note = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_deputies_steps", x => new { x.mandate_id, x.step });
                });

            migrationBuilder.CreateTable(
                name: "deputies_participants",
                columns: table => new
                {
                    activity_id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    state = table.Column<string>(type: "character varying(12)", maxLength: 12, nullable: false),
                    leave_reason = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    decided_by = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    checked_in_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    checked_in_by = table.Column<string>(type: "character varying(10)", maxLength: 10, nullable: false),
                    distance = table.Column<int>(type: "integer", nullable: true),
                    speech = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    answered_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_deputies_participants", x => new { x.activity_id, x.person_id });
                    table.ForeignKey(
                        name: "fk_deputies_participants_deputies_activities_activity_id",
                        column: x => x.activity_id,
                        principalTable: "deputies_activities",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "deputies_learning",
                columns: table => new
                {
                    course_id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    started_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    read = table.Column<string>(type: "character varying(700)", maxLength: 700, nullable: false),
                    tries = table.Column<int>(type: "integer", nullable: false),
                    best = table.Column<int>(type: "integer", nullable: true),
                    completed_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    hours = table.Column<decimal>(type: "numeric(6,1)", precision: 6, scale: 1, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_deputies_learning", x => new { x.course_id, x.person_id });
                    table.ForeignKey(
                        name: "fk_deputies_learning_deputies_courses_course_id",
                        column: x => x.course_id,
                        principalTable: "deputies_courses",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "deputies_questions",
                columns: table => new
                {
                    course_id = table.Column<Guid>(type: "uuid", nullable: false),
                    ordinal = table.Column<int>(type: "integer", nullable: false),
                    text = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    options = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false),
                    right = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_deputies_questions", x => new { x.course_id, x.ordinal });
                    table.ForeignKey(
                        name: "fk_deputies_questions_deputies_courses_course_id",
                        column: x => x.course_id,
                        principalTable: "deputies_courses",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_deputies_activities_begins",
                table: "deputies_activities",
                column: "begins");

            migrationBuilder.CreateIndex(
                name: "ix_deputies_activities_code",
                table: "deputies_activities",
                column: "code",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_deputies_activities_congress_id_begins",
                table: "deputies_activities",
                columns: new[] { "congress_id", "begins" });

            migrationBuilder.CreateIndex(
                name: "ix_deputies_courses_congress_id",
                table: "deputies_courses",
                column: "congress_id");

            migrationBuilder.CreateIndex(
                name: "ix_deputies_entries_congress_id_day",
                table: "deputies_entries",
                columns: new[] { "congress_id", "day" });

            migrationBuilder.CreateIndex(
                name: "ix_deputies_entries_person_id_day",
                table: "deputies_entries",
                columns: new[] { "person_id", "day" });

            migrationBuilder.CreateIndex(
                name: "ix_deputies_learning_person_id_completed_at",
                table: "deputies_learning",
                columns: new[] { "person_id", "completed_at" });

            migrationBuilder.CreateIndex(
                name: "ix_deputies_participants_person_id",
                table: "deputies_participants",
                column: "person_id");

            migrationBuilder.CreateIndex(
                name: "ix_deputies_points_congress_id_item_from",
                table: "deputies_points",
                columns: new[] { "congress_id", "item", "from" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_deputies_reports_congress_id_day",
                table: "deputies_reports",
                columns: new[] { "congress_id", "day" });

            migrationBuilder.CreateIndex(
                name: "ix_deputies_reports_person_id",
                table: "deputies_reports",
                column: "person_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "deputies_archives");

            migrationBuilder.DropTable(
                name: "deputies_entries");

            migrationBuilder.DropTable(
                name: "deputies_learning");

            migrationBuilder.DropTable(
                name: "deputies_participants");

            migrationBuilder.DropTable(
                name: "deputies_points");

            migrationBuilder.DropTable(
                name: "deputies_questions");

            migrationBuilder.DropTable(
                name: "deputies_reports");

            migrationBuilder.DropTable(
                name: "deputies_steps");

            migrationBuilder.DropTable(
                name: "deputies_activities");

            migrationBuilder.DropTable(
                name: "deputies_courses");
        }
    }
}
