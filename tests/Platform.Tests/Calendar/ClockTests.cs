using System.Reflection;
using System.Text.Json;
using Renda.Platform;
using Renda.Platform.Calendar;
using static Platform.Tests.Calendar.DeadlineRuleTests;

namespace Platform.Tests.Calendar;

public sealed class ClockTests
{
    private static readonly ChineseCalendar Official = ChineseCalendar.Official;
    private static readonly Words Basis = new("代表法第四十二条", "Deputies Law, article 42");
    private static readonly Guid Approver = Guid.Parse("0b5f9a3e-5d4d-4a63-9a2f-6d0a2c8f1e11");

    [Fact]
    public void A_clock_is_green_then_yellow_then_red()
    {
        // Monday 2 March 2026 and 10 working days: due Monday 16 March; 3 working days before is Wednesday the 11th.
        var clock = Start(new DeadlineRule(DeadlineUnit.WorkingDays, 10), 3, "2026-03-02 09:00:00");

        Assert.Equal(new DateOnly(2026, 3, 16), clock.DueDate);
        Assert.Equal(China("2026-03-17 00:00:00"), clock.DueAt);
        Assert.Equal(Light.Green, clock.Light(China("2026-03-10 23:59:59")));
        Assert.Equal(Light.Yellow, clock.Light(China("2026-03-11 00:00:00")));
        Assert.Equal(Light.Yellow, clock.Light(China("2026-03-16 23:59:59")));
        Assert.False(clock.IsLate(China("2026-03-16 23:59:59")));
        Assert.Equal(Light.Red, clock.Light(China("2026-03-17 00:00:00")));
        Assert.True(clock.IsLate(China("2026-03-17 00:00:00")));
        Assert.Equal(TimeSpan.FromHours(-1), clock.Remaining(China("2026-03-17 01:00:00")));
        Assert.Equal(Basis, clock.LegalBasis);
    }

    [Theory]
    [InlineData(DeadlineUnit.Hours, 48, 12, "2026-03-04 09:00:00", "2026-03-03 21:00:00")]
    [InlineData(DeadlineUnit.CalendarDays, 10, 2, "2026-03-13 00:00:00", "2026-03-10 00:00:00")]
    [InlineData(DeadlineUnit.WorkingDays, 1, 0, "2026-03-04 00:00:00", "2026-03-03 00:00:00")]
    [InlineData(DeadlineUnit.WorkingDays, 2, 9, "2026-03-05 00:00:00", "2026-03-02 09:00:00")] // never before the start
    public void Yellow_is_counted_in_the_unit_of_the_rule(DeadlineUnit unit, int amount, int yellow, string due, string yellowAt)
    {
        var clock = Start(new DeadlineRule(unit, amount), yellow, "2026-03-02 09:00:00");

        Assert.Equal(China(due), clock.DueAt);
        Assert.Equal(China(yellowAt), clock.YellowAt);
    }

    [Fact]
    public void A_clock_before_a_meeting_counts_back_from_it()
    {
        var clock = Clock.Start(
            "送达议题",
            new DeadlineRule(DeadlineUnit.DaysBefore, 20),
            5,
            China("2025-12-01 09:00:00"),
            Official,
            Basis,
            baseAt: China("2026-01-25 09:00:00"));

        Assert.Equal(new DateOnly(2026, 1, 5), clock.DueDate);
        Assert.Equal(China("2025-12-31 00:00:00"), clock.YellowAt);
    }

    // A rule of ten, from Monday 2 February 2026; paused on Friday the 6th, so six remain.
    [Theory]
    // Working days: 3 to 6 used 4; resumed after Spring Festival on Tuesday 24 February: 25, 26, 27, 28 (swapped), 2, 3.
    [InlineData(DeadlineUnit.WorkingDays, "2026-02-24 10:00:00", "2026-03-04 00:00:00")]
    // Resumed within the holiday: the same as on the last day of it, 24 is the first that counts.
    [InlineData(DeadlineUnit.WorkingDays, "2026-02-20 10:00:00", "2026-03-03 00:00:00")]
    [InlineData(DeadlineUnit.WorkingDays, "2026-02-06 18:00:00", "2026-02-15 00:00:00")]
    // Days: due 12 February, plus 18 days is Monday 2 March.
    [InlineData(DeadlineUnit.CalendarDays, "2026-02-24 10:00:00", "2026-03-03 00:00:00")]
    // Plus 4 days is Monday 16 February, in the holiday: rolled to the 24th.
    [InlineData(DeadlineUnit.CalendarDays, "2026-02-10 10:00:00", "2026-02-25 00:00:00")]
    [InlineData(DeadlineUnit.CalendarDays, "2026-02-06 18:00:00", "2026-02-13 00:00:00")]
    // Hours: due at 19:00 of the 2nd; paused when late already, moved by exactly one day and half an hour.
    [InlineData(DeadlineUnit.Hours, "2026-02-07 09:30:00", "2026-02-03 19:30:00")]
    public void A_pause_moves_the_end_in_the_unit_of_the_rule(DeadlineUnit unit, string resumedAt, string due)
    {
        var paused = Start(new DeadlineRule(unit, 10), 2, "2026-02-02 09:00:00").Pause(China("2026-02-06 09:00:00"), "等待评估");
        var resumed = paused.Resume(China(resumedAt), Official);

        Assert.Equal(China(due), resumed.DueAt);
        Assert.Null(resumed.PausedAt);
        Assert.Equal(
            [new Suspension(China("2026-02-06 09:00:00"), China(resumedAt), "等待评估")],
            resumed.Suspensions);
    }

    [Fact]
    public void A_paused_clock_stands_still()
    {
        var paused = Start(new DeadlineRule(DeadlineUnit.WorkingDays, 10), 2, "2026-03-02 09:00:00")
            .Pause(China("2026-03-05 09:00:00"), "等待补充材料");

        Assert.Equal(China("2026-03-05 09:00:00"), paused.PausedAt);
        Assert.Equal(Light.Paused, paused.Light(China("2026-06-01 09:00:00")));
        Assert.False(paused.IsLate(China("2026-06-01 09:00:00")));
        Assert.Equal(paused.Remaining(China("2026-03-05 09:00:00")), paused.Remaining(China("2026-06-01 09:00:00")));
    }

    [Fact]
    public void Yellow_moves_with_the_end()
    {
        // Due Friday 13 February, yellow 2 days before. The 5 days left at the pause end on 2 March: 25, 26, 27, 28, 2.
        var clock = Start(new DeadlineRule(DeadlineUnit.WorkingDays, 9), 2, "2026-02-02 09:00:00");
        Assert.Equal(China("2026-02-11 00:00:00"), clock.YellowAt);

        var resumed = clock.Pause(China("2026-02-06 09:00:00"), "春节").Resume(China("2026-02-24 09:00:00"), Official);
        Assert.Equal(new DateOnly(2026, 3, 2), resumed.DueDate);
        Assert.Equal(China("2026-02-27 00:00:00"), resumed.YellowAt);
    }

    [Fact]
    public void An_extension_keeps_who_why_and_what_was_before()
    {
        var clock = Start(new DeadlineRule(DeadlineUnit.Months, 3), 10, "2026-03-02 09:00:00");
        var at = China("2026-05-25 09:00:00");
        var extended = clock.Extend(China("2026-07-01 00:00:00"), Approver, "情况复杂", at, Official);

        Assert.Equal([new Extension(Approver, "情况复杂", China("2026-06-03 00:00:00"), China("2026-07-01 00:00:00"), at)], extended.Extensions);
        Assert.Equal(new DateOnly(2026, 6, 30), extended.DueDate);
        Assert.Equal(Light.Yellow, clock.Light(at));
        Assert.Equal(Light.Green, extended.Light(at));
        Assert.Empty(clock.Extensions);
    }

    [Fact]
    public void A_stopped_clock_stays_in_time_or_late_for_good()
    {
        var clock = Start(new DeadlineRule(DeadlineUnit.CalendarDays, 10), 2, "2026-03-02 09:00:00");
        var inTime = clock.Stop(China("2026-03-12 23:59:59"));
        var late = clock.Stop(China("2026-03-13 00:00:00"));
        var paused = clock.Pause(China("2026-03-03 09:00:00"), "撤回").Stop(China("2026-06-01 09:00:00"));

        Assert.Equal(Light.Stopped, inTime.Light(China("2026-06-01 09:00:00")));
        Assert.False(inTime.IsLate(China("2026-06-01 09:00:00")));
        Assert.True(late.IsLate(China("2026-06-01 09:00:00")));
        Assert.False(paused.IsLate(China("2026-06-02 09:00:00")));
        Assert.Equal(Light.Stopped, paused.Light(China("2026-06-02 09:00:00")));
    }

    [Fact]
    public void A_matter_without_a_clock_shows_no_light() =>
        Assert.Equal(Light.None, Clock.LightOf(null, China("2026-03-02 09:00:00")));

    [Fact]
    public void Acts_out_of_order_are_refused()
    {
        var now = China("2026-03-05 09:00:00");
        var early = China("2026-03-01 09:00:00");
        var clock = Start(new DeadlineRule(DeadlineUnit.WorkingDays, 10), 2, "2026-03-02 09:00:00");
        var paused = clock.Pause(now, "等待");
        var stopped = clock.Stop(now);

        Assert.Throws<InvalidOperationException>(() => clock.Resume(now, Official));
        Assert.Throws<InvalidOperationException>(() => paused.Pause(now, "再等"));
        Assert.Throws<InvalidOperationException>(() => stopped.Stop(now));
        Assert.Throws<InvalidOperationException>(() => stopped.Pause(now, "等待"));
        Assert.Throws<InvalidOperationException>(() => stopped.Extend(clock.DueAt.AddDays(1), Approver, "难", now, Official));
        Assert.Throws<ArgumentException>(() => clock.Pause(early, "等待"));
        Assert.Throws<ArgumentException>(() => paused.Resume(early, Official));
        Assert.Throws<ArgumentException>(() => clock.Stop(early));
        Assert.Throws<ArgumentException>(() => clock.Pause(now, " "));
        Assert.Throws<ArgumentException>(() => clock.Extend(clock.DueAt.AddDays(1), Approver, "", now, Official));
        Assert.Throws<ArgumentException>(() => clock.Extend(clock.DueAt, Approver, "难", now, Official));
    }

    [Fact]
    public void A_clock_is_equal_after_JSON()
    {
        var clock = Busy();
        var json = JsonSerializer.Serialize(clock);
        var read = JsonSerializer.Deserialize<Clock>(json)!;

        Assert.Equal(clock, read);
        Assert.Equal(clock.GetHashCode(), read.GetHashCode());
        Assert.Equal(json, JsonSerializer.Serialize(read));
        Assert.Equal(DateTimeKind.Utc, read.DueAt.Kind);
    }

    // Equality is written by hand, so a property added later must not be forgotten in it.
    [Fact]
    public void Clocks_that_differ_in_any_one_property_are_not_equal()
    {
        foreach (var property in typeof(Clock).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
        {
            var other = Busy() with { };
            Assert.Equal(Busy(), other);
            property.SetValue(other, Different(property.GetValue(other)));

            Assert.False(Busy().Equals(other), property.Name);
        }

        static object Different(object? value) => value switch
        {
            string => "另一个",
            int number => number + 1,
            DateTime time => time.AddSeconds(1),
            DeadlineRule rule => rule with { RollForward = !rule.RollForward },
            Words => new Words("另", "other"),
            IReadOnlyList<Suspension> list => (Suspension[])[list[0] with { Reason = "另" }],
            IReadOnlyList<Extension> list => (Extension[])[list[0] with { Approver = Guid.Empty }],
            _ => throw new NotSupportedException($"Add a case for {value}."),
        };
    }

    private static Clock Busy() => Start(new DeadlineRule(DeadlineUnit.WorkingDays, 20), 5, "2026-03-02 09:00:00")
        .Pause(China("2026-03-05 09:00:00"), "等待")
        .Resume(China("2026-03-09 09:00:00"), Official)
        .Extend(China("2026-05-01 00:00:00"), Approver, "情况复杂", China("2026-03-20 09:00:00"), Official)
        .Stop(China("2026-04-20 09:00:00"));

    private static Clock Start(DeadlineRule rule, int yellow, string now) =>
        Clock.Start("办理答复", rule, yellow, China(now), Official, Basis);
}
