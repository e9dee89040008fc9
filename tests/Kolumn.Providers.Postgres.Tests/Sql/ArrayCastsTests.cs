using Kolumn.Providers.Postgres.Sql;

namespace Kolumn.Providers.Postgres.Tests.Sql;

public sealed class ArrayCastsTests
{
    [Theory]
    [InlineData("(a > 0)", "(a > 0)")]
    [InlineData("(a = ANY (ARRAY[1, 2]))", "(a = ANY (ARRAY[1, 2]))")]
    [InlineData("((s)::text = ANY ((ARRAY['a'::character varying, 'b, c]'::character varying])::text[]))", "((s)::text = ANY (ARRAY[('a'::character varying)::text, ('b, c]'::character varying)::text]))")]
    [InlineData("(f((ARRAY[x, g(y, 1)])::public.\"My T\"[]) OR (ARRAY[z])::double precision[] = w)", "(f(ARRAY[(x)::public.\"My T\", (g(y, 1))::public.\"My T\"]) OR ARRAY[(z)::double precision] = w)")]
    [InlineData("'(ARRAY[1])::text[]'::text", "'(ARRAY[1])::text[]'::text")]
    [InlineData("((ARRAY[])::text[])", "((ARRAY[])::text[])")]
    [InlineData("(ARRAY['a'", "(ARRAY['a'")]
    public void MoveInside_Expression_IsTheFormThatStays(string expression, string expected)
    {
        ArrayCasts.MoveInside(expression).ShouldBe(expected);
        ArrayCasts.MoveInside(expected).ShouldBe(expected);
    }
}
