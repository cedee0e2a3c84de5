using System.Security.Claims;

namespace Renda.Platform.Media;

/// <summary>Decides who sees what of the store. The kernel's matters know; the store does not.</summary>
public interface IMediaAccess
{
    /// <summary>True when the person may see this variant (<c>thumb</c>, <c>view</c>, <c>poster</c>, <c>play</c>, <c>original</c>).</summary>
    ValueTask<bool> MaySeeAsync(ClaimsPrincipal user, string sha, string variant, CancellationToken ct);
}

/// <summary>While nothing refers to a file, only those who sent it may see it.</summary>
internal sealed class SenderAccess(MediaService media) : IMediaAccess
{
    public async ValueTask<bool> MaySeeAsync(ClaimsPrincipal user, string sha, string variant, CancellationToken ct) =>
        MediaEndpoints.AccountOf(user) is { } account && await media.IsSenderAsync(sha, account, ct);
}
