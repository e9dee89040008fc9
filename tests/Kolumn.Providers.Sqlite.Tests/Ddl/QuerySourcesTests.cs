using Kolumn.Providers.Sqlite.Ddl;

namespace Kolumn.Providers.Sqlite.Tests.Ddl;

public sealed class QuerySourcesTests
{
    [Theory]
    [InlineData("SELECT 1", "")]
    [InlineData("SELECT a, b FROM t", "t")]
    [InlineData("SELECT t.a, (SELECT max(x) FROM u) FROM main.t AS z, [w x] LEFT JOIN \"v\" USING (a, b) WHERE z.a = 1", "u,t,w x,v")]
    [InlineData("SELECT * FROM (SELECT * FROM a, b), c ORDER BY d, e", "a,b,c")]
    [InlineData("SELECT * FROM (a JOIN b ON a.x = b.y), c", "a,b,c")]
    [InlineData("WITH q AS (SELECT * FROM a), r(x, y) AS MATERIALIZED (SELECT 1, 2 FROM q) SELECT * FROM q, r, z", "a,z")]
    [InlineData("SELECT * FROM json_each(x), t", "t")]
    [InlineData("SELECT a IS DISTINCT FROM b, c IS NOT DISTINCT FROM d FROM t", "t")]
    [InlineData("SELECT * FROM t WHERE a IN u AND b IN (SELECT x FROM v) AND c IN (1, 2)", "t,u,v")]
    [InlineData("SELECT a FROM t UNION ALL SELECT b, c FROM u GROUP BY d, e", "t,u")]
    [InlineData("SELECT sum(a) OVER (PARTITION BY b ORDER BY c, d) FROM t WINDOW w AS (ORDER BY e)", "t")]
    [InlineData("SELECT 'FROM x' AS \"from\" FROM t -- FROM y", "t")]
    public void Of_Query_FindsWhatItReads(string query, string expected) =>
        string.Join(',', QuerySources.Of(Tokenizer.Scan(query))).ShouldBe(expected);

    [Fact]
    public void Of_AnyTokens_NeverFails()
    {
        string[] words = ["SELECT", "FROM", "(", ")", ",", "a", "\"b\"", ".", "JOIN", "IN", "AS", "WITH", "NOT", "1", "DISTINCT", "IS", "WHERE"];
        var random = new Random(7);
        for (var round = 0; round < 5000; round++)
        {
            var text = string.Join(' ', Enumerable.Range(0, random.Next(20)).Select(_ => words[random.Next(words.Length)]));
            QuerySources.Of(Tokenizer.Scan(text)).Count.ShouldBeLessThan(20);
        }
    }
}
