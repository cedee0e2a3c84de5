using System.Linq.Expressions;

namespace Renda.Platform.Access;

/// <summary>Puts conditions together, so that what several grants allow becomes one question to the database.</summary>
public static class Predicates
{
    /// <summary>Either; the other alone when there is no first yet.</summary>
    public static Expression<Func<T, bool>> Or<T>(this Expression<Func<T, bool>>? left, Expression<Func<T, bool>> right) =>
        left is null ? right : Expression.Lambda<Func<T, bool>>(Expression.OrElse(left.Body, Rename(right, left.Parameters[0])), left.Parameters);

    /// <summary>Both.</summary>
    public static Expression<Func<T, bool>> And<T>(this Expression<Func<T, bool>> left, Expression<Func<T, bool>> right) =>
        Expression.Lambda<Func<T, bool>>(Expression.AndAlso(left.Body, Rename(right, left.Parameters[0])), left.Parameters);

    private static Expression Rename(LambdaExpression lambda, ParameterExpression to) => new Renamer(lambda.Parameters[0], to).Visit(lambda.Body);

    private sealed class Renamer(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : node;
    }
}
