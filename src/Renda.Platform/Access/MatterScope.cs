using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Matters;

namespace Renda.Platform.Access;

/// <summary>
/// What a person may see. Every list, count, map, export, search and live topic asks here, once as a query and once
/// in memory; a test holds the two equal.
/// </summary>
public static class MatterScope
{
    /// <summary>The matters the actor may see.</summary>
    public static IQueryable<Matter> VisibleTo(this IQueryable<Matter> matters, Actor actor, DbContext db)
    {
        Expression<Func<Matter, bool>>? any = null;
        foreach (var grant in actor.Grants)
        {
            var scenarios = Readable(grant);
            if (scenarios.Length == 0) continue;
            var where = Predicate(grant, actor, db);
            if (where is null) continue;
            any = any is null ? And(m => scenarios.Contains(m.Scenario), where) : Or(any, And(m => scenarios.Contains(m.Scenario), where));
        }
        return any is null ? matters.Where(m => false) : matters.Where(any);
    }

    /// <summary>Whether the actor may see this matter.</summary>
    public static bool MaySee(Actor actor, Matter matter, IEnumerable<Assignment> assignments, IEnumerable<MatterReporter> reporters) =>
        actor.Grants.Any(g => Readable(g).Contains(matter.Scenario) && g.Role.Scope switch
        {
            RoleScope.Territory => Territory.Covers(g.Region, matter),
            RoleScope.Unit => assignments.Any(a => a.UnitId == g.OrganisationId),
            _ => reporters.Any(r => r.PersonId == actor.PersonId),
        });

    private static string[] Readable(ActorGrant grant) =>
        [.. grant.Permissions.Where(p => p.EndsWith(".read", StringComparison.Ordinal)).Select(p => p[..^5]).Order(StringComparer.Ordinal)];

    private static Expression<Func<Matter, bool>>? Predicate(ActorGrant grant, Actor actor, DbContext db)
    {
        var region = grant.Region;
        switch (grant.Role.Scope)
        {
            case RoleScope.Territory when region <= 0:
                return null;
            // Equality on one column, so that the index on it gives the newest first without sorting.
            case RoleScope.Territory:
                var last = Territory.Last(region);
                return Territory.Level(region) switch
                {
                    3 => m => m.City == region,
                    2 => m => m.County == region,
                    1 => m => m.Town == region,
                    _ => m => m.Region >= region && m.Region <= last,
                };
            case RoleScope.Unit:
                if (grant.OrganisationId is not { } unit) return null;
                var assignments = db.Set<Assignment>();
                return m => assignments.Any(a => a.MatterId == m.Id && a.UnitId == unit);
            default:
                if (actor.PersonId is not { } person) return null;
                var reporters = db.Set<MatterReporter>();
                return m => reporters.Any(r => r.MatterId == m.Id && r.PersonId == person);
        }
    }

    private static Expression<Func<Matter, bool>> And(Expression<Func<Matter, bool>> left, Expression<Func<Matter, bool>> right) =>
        Expression.Lambda<Func<Matter, bool>>(Expression.AndAlso(left.Body, Rename(right, left.Parameters[0])), left.Parameters);

    private static Expression<Func<Matter, bool>> Or(Expression<Func<Matter, bool>> left, Expression<Func<Matter, bool>> right) =>
        Expression.Lambda<Func<Matter, bool>>(Expression.OrElse(left.Body, Rename(right, left.Parameters[0])), left.Parameters);

    private static Expression Rename(LambdaExpression lambda, ParameterExpression to) => new Renamer(lambda.Parameters[0], to).Visit(lambda.Body);

    private sealed class Renamer(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : node;
    }
}
