using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Congresses;
using Renda.Platform.Notices;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;
using static Renda.Platform.Language;

namespace Renda.Platform.Web;

/// <summary>Whom a push goes to, in words.</summary>
public static class AudienceWords
{
    /// <summary>Name of a level of congresses; any for one that has none.</summary>
    public static string Tier(RegionLevel tier) => tier switch
    {
        RegionLevel.City => T("市级", "City level"),
        RegionLevel.County => T("县（区）级", "County level"),
        RegionLevel.Town => T("乡镇、街道级", "Town level"),
        _ => T("各级", "Any level"),
    };

    /// <summary>Roles that may be chosen.</summary>
    public static IEnumerable<Role> Roles => Role.All.Where(r => r.Id != "application");

    /// <summary>One line, e.g. 和平镇 · 乡镇级 · 人大代表.</summary>
    public static async Task<string> OfAsync(RendaDbContext db, RegionDirectory regions, Audience audience, CancellationToken cancellation)
    {
        var parts = new List<string>();
        if (audience.Region != 0)
        {
            parts.Add(regions.FullName(audience.Region));
            if (Audience.Tiers.Contains(audience.Tier)) parts.Add(Tier(audience.Tier));
            parts.Add(audience.Roles.Count == 0 ? T("所有身份", "every role") : string.Join(T("、", ", "), audience.Roles.Select(r => Role.Find(r)?.Name.ToString() ?? r)));
            if (audience.Groups.Count > 0)
            {
                var groups = audience.Groups;
                var names = await db.Set<Organisation>().Where(o => groups.Contains(o.Id)).OrderBy(o => o.Region).Select(o => o.ShortName == "" ? o.Name : o.ShortName).Take(4).ToListAsync(cancellation);
                parts.Add(string.Join(T("、", ", "), names.Take(3)) + (names.Count > 3 ? T(" 等", " and more") : ""));
            }
        }
        if (audience.People.Count > 0) parts.Add(audience.Region == 0 ? T($"指名 {audience.People.Count} 人", $"{audience.People.Count} by name") : T($"另加 {audience.People.Count} 人", $"and {audience.People.Count} by name"));
        return string.Join(" · ", parts);
    }
}
