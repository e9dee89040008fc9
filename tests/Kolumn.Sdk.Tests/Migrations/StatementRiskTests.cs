using Kolumn.Sdk.Migrations;
using Kolumn.Sdk.Sql;

namespace Kolumn.Sdk.Tests.Migrations;

public sealed class StatementRiskTests
{
    [Theory]
    [InlineData("CREATE TABLE drop_table (a int)", "low", "")]
    [InlineData("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ DELETE FROM t; SELECT 1 $$", "low", "")]
    [InlineData("DROP TABLE a, \"B c\".d CASCADE", "critical", "Table a; Table \"B c\".d")]
    [InlineData("drop /* x */ table if exists a", "critical", "Table a")]
    [InlineData("DROP SCHEMA s CASCADE", "critical", "Table ?")]
    [InlineData("DROP TYPE s CASCADE", "critical", "Table ?")]
    [InlineData("DROP VIEW v", "medium", "")]
    [InlineData("TRUNCATE ONLY a, b", "critical", "Table a; Table b")]
    [InlineData("TRUNCATE TABLE a CASCADE", "critical", "Table ?")]
    [InlineData("DELETE FROM ONLY s.t WHERE x", "critical", "Rows s.t")]
    [InlineData("WITH old AS (DELETE FROM t RETURNING *) INSERT INTO archive SELECT * FROM old", "critical", "Rows t")]
    [InlineData("ALTER TABLE t DROP COLUMN IF EXISTS A, ADD COLUMN b int DEFAULT coalesce(1, 2), DROP \"C\"", "critical", "Columns t a; Columns t C")]
    [InlineData("ALTER TABLE t DROP CONSTRAINT c, ALTER COLUMN x DROP DEFAULT, ALTER x DROP NOT NULL", "medium", "")]
    [InlineData("ALTER TABLE ONLY s.t ALTER COLUMN x SET DATA TYPE int USING x::int", "critical", "Columns s.t x")]
    [InlineData("UPDATE t SET x = 1", "medium", "")]
    [InlineData("INSERT INTO t SELECT 'DELETE FROM t'", "low", "")]
    public void Of_Statement_TellsWhatItMayLose(string sql, string level, string losses)
    {
        var risk = StatementRisk.Of(sql, SqlDialect.Postgres);

        risk.Level.ShouldBe(level);
        string.Join("; ", risk.Losses.Select(l => $"{l.Kind} {l.Table ?? "?"} {string.Join(",", l.Columns)}".TrimEnd())).ShouldBe(losses);
        risk.Hazards.Any(h => h.Name == HazardNames.DataLoss).ShouldBe(losses.Length > 0);
    }

    [Theory]
    [InlineData("COMMIT", true)]
    [InlineData("/* */ begin transaction", true)]
    [InlineData("PREPARE TRANSACTION 'x'", true)]
    [InlineData("PREPARE x AS SELECT 1", false)]
    [InlineData("CREATE TABLE \"commit\" (a int)", false)]
    public void LeavesTransaction_Statement_IsFound(string sql, bool leaves) => StatementRisk.Of(sql, SqlDialect.Postgres).LeavesTransaction.ShouldBe(leaves);
}
