namespace Renda.Platform.Demo;

/// <summary>A clock that a demonstration's plan sets, so that weeks pass while it is made.</summary>
public sealed class DemoClock : TimeProvider
{
    /// <summary>The present (UTC) as the plan has it.</summary>
    public DateTime Now { get; set; }

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => new(Now, TimeSpan.Zero);
}
