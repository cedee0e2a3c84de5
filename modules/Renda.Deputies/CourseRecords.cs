using System.Text.Encodings.Web;
using System.Text.Json;
using Renda.Platform;
using Renda.Platform.Congresses;
using Renda.Platform.Media;

namespace Renda.Deputies;

/// <summary>A question as people write and read it.</summary>
/// <param name="Ordinal">Place in the quiz, from 1; 0 while it is being written.</param>
/// <param name="Text">The question.</param>
/// <param name="Options">The answers to choose from.</param>
/// <param name="Right">Positions of the right ones, from 0; empty for whoever may not know them yet.</param>
public sealed record CourseQuestion(int Ordinal, string Text, IReadOnlyList<string> Options, IReadOnlyList<int> Right)
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether more than one answer is to be chosen; everybody is told that.</summary>
    public bool Several { get; init; } = Right.Count > 1;

    /// <summary>As it is stored.</summary>
    internal static CourseQuestion Of(Question row) => new(row.Ordinal, row.Text, JsonSerializer.Deserialize<string[]>(row.Options)!, [.. row.Right.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)]);

    /// <summary>Writes it into a row.</summary>
    internal void Into(Question row) => (row.Text, row.Options, row.Right) = (Text, JsonSerializer.Serialize(Options, Plain), string.Join(',', Right));
}

/// <summary>A course in the list of those who keep it.</summary>
/// <param name="Course">The course.</param>
/// <param name="Congress">Short name of its congress.</param>
/// <param name="Questions">Questions of its quiz.</param>
/// <param name="Deputies">Deputies to whom it is offered today.</param>
/// <param name="Completed">Of them those who have completed it.</param>
public sealed record CourseRow(Course Course, string Congress, int Questions, int Deputies, int Completed);

/// <summary>A course with what somebody may see of it.</summary>
/// <param name="Course">The course.</param>
/// <param name="Congress">The congress that offers it.</param>
/// <param name="Files">Its files, in their order.</param>
/// <param name="Questions">Its questions; which answers are right only for who keeps it or has passed.</param>
/// <param name="Keeps">Whether the actor keeps it.</param>
/// <param name="Offered">Whether the actor may learn it now.</param>
/// <param name="Learning">How far the actor is; null when not begun.</param>
public sealed record CourseView(Course Course, Organisation Congress, IReadOnlyList<MediaItem> Files, IReadOnlyList<CourseQuestion> Questions, bool Keeps, bool Offered, Learning? Learning)
{
    /// <summary>Whether the quiz was passed.</summary>
    public bool Passed => Learning?.Best >= Course.Pass;
}

/// <summary>A course in a deputy's own list.</summary>
/// <param name="Course">The course.</param>
/// <param name="Congress">Short name of its congress.</param>
/// <param name="Questions">Questions of its quiz.</param>
/// <param name="Learning">How far the deputy is; null when not begun.</param>
public sealed record OwnCourse(Course Course, string Congress, int Questions, Learning? Learning)
{
    /// <summary>Number of its files.</summary>
    public int Files => CourseText.Files(Course.Media).Count;

    /// <summary>Number of its files that were read.</summary>
    public int Read => Learning is { } l ? CourseText.Files(Course.Media).Count(CourseText.Files(l.Read).Contains) : 0;
}

/// <summary>A deputy to whom a course is offered.</summary>
/// <param name="PersonId">Who.</param>
/// <param name="Name">Name.</param>
/// <param name="Seats">Short names of the congresses in which the seat is.</param>
/// <param name="Learning">How far; null when not begun.</param>
public sealed record LearnerRow(Guid PersonId, string Name, string Seats, Learning? Learning);

/// <summary>What came of a try.</summary>
/// <param name="Right">Questions answered rightly.</param>
/// <param name="Total">Questions.</param>
/// <param name="Percent">Share of right answers, cut to a whole number.</param>
/// <param name="Passed">Whether it is enough.</param>
/// <param name="Completed">Whether the course is completed now.</param>
public sealed record QuizResult(int Right, int Total, int Percent, bool Passed, bool Completed);

/// <summary>Words and measures of courses.</summary>
public static class CourseText
{
    /// <summary>Most files of a course.</summary>
    public const int MostFiles = 9;

    /// <summary>Most questions of a quiz.</summary>
    public const int MostQuestions = 50;

    /// <summary>Fewest answers to choose from.</summary>
    public const int FewestOptions = 2;

    /// <summary>Most answers to choose from.</summary>
    public const int MostOptions = 6;

    /// <summary>Longest answer, in characters; what is stored of six of them has room in its column.</summary>
    public const int LongestOption = 120;

    /// <summary>States of a course, as filters name them.</summary>
    public static IReadOnlyList<(string Id, Words Name)> States { get; } = [("draft", new("编写中", "Being written")), ("open", new("开放学习", "Open")), ("closed", new("已结束", "Closed"))];

    /// <summary>State of a course.</summary>
    public static string State(Course course) => course.ClosedAt is not null ? "closed" : course.PublishedAt is not null ? "open" : "draft";

    /// <summary>The files of a list as it is stored.</summary>
    public static IReadOnlyList<string> Files(string media) => media.Split(',', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Name of a file as it is shown.</summary>
    public static string FileName(MediaItem file) => file.Name.Length > 0 ? file.Name : file.Kind switch { MediaKind.Photo => Language.T("照片", "Photo"), MediaKind.Video => Language.T("视频", "Video"), _ => Language.T("文件", "Document") };

    /// <summary>Hours in words.</summary>
    public static string Hours(decimal hours) => Language.T($"{hours:0.#} 学时", $"{hours:0.#} h");

    /// <summary>Whether everything there is to read was read and the quiz, if there is one, is passed.</summary>
    internal static bool Done(Course course, int questions, Learning learning) =>
        Files(course.Media).All(Files(learning.Read).Contains) && (questions == 0 ? course.Media.Length > 0 : learning.Best >= course.Pass);
}
