using Kolumn.Testing;
using MySqlConnector;

namespace Kolumn.MariaDb.Tests;

/// <summary>Every type of column, each read from a text result and from a prepared one, and sent as a parameter.</summary>
public sealed class TypeTests(MariaDbDatabases databases) : MariaDbTest(databases)
{
    private static readonly byte[] AllBytes = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];

    // A column's type, the value as the server is told it, and as it must be read.
    public static TheoryData<string, string, object?> Columns => new()
    {
        { "TINYINT", "-128", sbyte.MinValue },
        { "TINYINT UNSIGNED", "255", byte.MaxValue },
        { "TINYINT(1)", "1", true },
        { "TINYINT(1)", "0", false },
        { "TINYINT(1) UNSIGNED", "1", (byte)1 },
        { "SMALLINT", "-32768", short.MinValue },
        { "SMALLINT UNSIGNED", "65535", ushort.MaxValue },
        { "MEDIUMINT", "-8388608", -8_388_608 },
        { "MEDIUMINT UNSIGNED", "16777215", 16_777_215u },
        { "INT", "-2147483648", int.MinValue },
        { "INT UNSIGNED", "4294967295", uint.MaxValue },
        { "BIGINT", "-9223372036854775808", long.MinValue },
        { "BIGINT UNSIGNED", "18446744073709551615", ulong.MaxValue },
        { "FLOAT", "1.5", 1.5f },
        { "FLOAT", "-3.25e20", -3.25e20f },
        { "DOUBLE", "0.1", 0.1 },
        { "DOUBLE", "-1.7976931348623157e308", double.MinValue },
        { "BIT(1)", "b'1'", 1ul },
        { "BIT(10)", "b'1000000001'", 513ul },
        { "BIT(64)", "b'1111111111111111111111111111111111111111111111111111111111111111'", ulong.MaxValue },
        { "YEAR", "2155", 2155 },
        { "CHAR(5)", "'ab'", "ab" },
        { "VARCHAR(50)", "'größer 👍 ''quoted'' \\\\'", "größer 👍 'quoted' \\" },
        { "TEXT", "REPEAT('a', 60000)", new string('a', 60_000) },
        { "LONGTEXT", "''", "" },
        { "JSON", "'{\"a\": [1, 2]}'", "{\"a\": [1, 2]}" },
        { "ENUM('x','y')", "'y'", "y" },
        { "SET('x','y')", "'x,y'", "x,y" },
        { "INT", "NULL", null },
        { "VARCHAR(10)", "NULL", null },
        { "DATETIME", "NULL", null },
        { "BLOB", "NULL", null },
    };

    // What a theory's data cannot hold as it is.
    private static readonly (string Type, string Literal, object Expected)[] MoreColumns =
    [
        ("DECIMAL(10,2)", "-12345678.90", -12345678.90m),
        ("DECIMAL(28,0) UNSIGNED", "9999999999999999999999999999", 9999999999999999999999999999m),
        ("DATE", "'2024-02-29'", new DateTime(2024, 2, 29)),
        ("DATETIME", "'9999-12-31 23:59:59'", new DateTime(9999, 12, 31, 23, 59, 59)),
        ("DATETIME(6)", "'2024-02-29 01:02:03.000001'", new DateTime(2024, 2, 29, 1, 2, 3).AddMicroseconds(1)),
        ("DATETIME(3)", "'2024-02-29 01:02:03.120'", new DateTime(2024, 2, 29, 1, 2, 3, 120)),
        ("TIMESTAMP(6)", "'2024-02-29 01:02:03.999999'", new DateTime(2024, 2, 29, 1, 2, 3).AddMicroseconds(999_999)),
        ("TIME", "'-838:59:59'", -new TimeSpan(838, 59, 59)),
        ("TIME(6)", "'838:59:59.999999'", new TimeSpan(838, 59, 59) + TimeSpan.FromMicroseconds(999_999)),
        ("TIME(2)", "'00:00:00.01'", TimeSpan.FromMilliseconds(10)),
        ("CHAR(36)", "'6f9619ff-8b86-d011-b42d-00cf4fc964ff'", new Guid("6f9619ff-8b86-d011-b42d-00cf4fc964ff")),
        ("BINARY(3)", "x'000102'", new byte[] { 0, 1, 2 }),
        ("VARBINARY(9)", "x'00ff'", new byte[] { 0, 255 }),
        ("BLOB", "x'" + Convert.ToHexString(AllBytes) + "'", AllBytes),
        ("LONGBLOB", "''", Array.Empty<byte>()),
        ("POINT", "POINT(1, 2)", Convert.FromHexString("000000000101000000000000000000F03F0000000000000040")),
    ];

    [Theory]
    [MemberData(nameof(Columns))]
    public Task Column_ByTextAndPrepared_IsTheSameExactly(string type, string literal, object? expected) => ShouldReadAsync(type, literal, expected ?? DBNull.Value);

    [Fact]
    public async Task Column_OfTypesWithoutLiterals_IsTheSameExactly()
    {
        foreach (var (type, literal, expected) in MoreColumns)
        {
            await ShouldReadAsync(type, literal, expected);
            await ExecuteAsync("DROP TABLE t");
        }
    }

    [Theory]
    [InlineData("0000-00-00 00:00:00")]
    [InlineData("2024-00-00 00:00:00")]
    public async Task ZeroDate_OfEachMode_IsReadAsTheConnectionStringSays(string literal)
    {
        await ExecuteAsync("SET sql_mode = ''; CREATE TABLE t (v DATETIME); ");
        await ExecuteAsync($"INSERT INTO t VALUES ('{literal}')");
        await using var converting = await OpenAsync("Pooling=false;Convert Zero DateTime=true");
        await using var allowing = await OpenAsync("Pooling=false;Allow Zero DateTime=true");

        foreach (var prepared in new[] { false, true })
        {
            var refusal = await Should.ThrowAsync<InvalidCastException>(() => ReadAsync(Connection, prepared));
            refusal.Message.ShouldContain("zero date");
            (await ReadAsync(converting, prepared)).ShouldBe(DateTime.MinValue);
            var value = (await ReadAsync(allowing, prepared)).ShouldBeOfType<MySqlDateTime>();
            (value.Year, value.Month, value.Day, value.IsValidDateTime).ShouldBe((literal.StartsWith("2024", StringComparison.Ordinal) ? 2024 : 0, 0, 0, false));
            await ShouldWorkAsync(Connection);
        }
    }

    [Fact]
    public async Task Decimal_Of65Digits_IsReadExactly()
    {
        const string digits = "12345678901234567890123456789012345.123456789012345678901234567891";
        await ExecuteAsync($"CREATE TABLE t (v DECIMAL(65,30)); INSERT INTO t VALUES ({digits})");

        foreach (var prepared in new[] { false, true })
        {
            await using var command = CommandFor(Connection, prepared ? "SELECT v FROM t WHERE ? = 1" : "SELECT v FROM t", prepared ? [1] : []);
            await using var reader = await command.ExecuteReaderAsync(Token);
            (await reader.ReadAsync(Token)).ShouldBeTrue();
            reader.GetMySqlDecimal(0).ToString().ShouldBe(digits);
            Should.Throw<OverflowException>(() => reader.GetDecimal(0));
        }
    }

    [Fact]
    public async Task Parameter_OfEachType_ArrivesExactly()
    {
        (object? Value, string Expected)[] values =
        [
            (sbyte.MinValue, "-128"), (byte.MaxValue, "255"), (short.MinValue, "-32768"), (ushort.MaxValue, "65535"), (int.MinValue, "-2147483648"),
            (uint.MaxValue, "4294967295"), (long.MinValue, "-9223372036854775808"), (ulong.MaxValue, "18446744073709551615"), (true, "1"), (false, "0"),
            (-12345678.90m, "-12345678.90"), (0.1, "0.1"), ("größer 👍 ' \" \\ \0 ;--", "größer 👍 ' \" \\ \0 ;--"), ('x', "x"), ("", ""),
            (new Guid("6f9619ff-8b86-d011-b42d-00cf4fc964ff"), "6f9619ff-8b86-d011-b42d-00cf4fc964ff"),
            (new DateTime(2024, 2, 29, 1, 2, 3).AddMicroseconds(4), "2024-02-29 01:02:03.000004"), (new DateOnly(2024, 2, 29), "2024-02-29 00:00:00"),
            (new MySqlDateTime(0, 0, 0, 0, 0, 0, 0), "0000-00-00 00:00:00"), (-new TimeSpan(838, 59, 59), "-838:59:59"),
            (new TimeOnly(1, 2, 3), "01:02:03"), (DayOfWeek.Friday, "5"), (new string('z', 70_000), new string('z', 70_000)),
        ];

        foreach (var (value, expected) in values)
        {
            (await ScalarAsync("SELECT CAST(? AS CHAR)", value)).ShouldBe(expected, $"{value?.GetType()}");
        }

        (await ScalarAsync("SELECT HEX(?)", AllBytes)).ShouldBe(Convert.ToHexString(AllBytes));
        (await ScalarAsync("SELECT ? IS NULL", [null])).ShouldBe(1);
        (await ScalarAsync("SELECT ? IS NULL", DBNull.Value)).ShouldBe(1);
        var refusal = await Should.ThrowAsync<NotSupportedException>(() => ScalarAsync("SELECT ?", new Version(1, 0)));
        refusal.Message.ShouldBe("Parameter type Version is not supported.");
        await ShouldWorkAsync(Connection);
    }

    [Fact]
    public async Task Getter_OfAnotherType_ConvertsWhatFitsAndRefusesTheRest()
    {
        await using var command = new MySqlCommand("SELECT 300 AS number, 'text' AS words, CAST(7 AS DECIMAL(9,2)) AS money, NULL AS nothing", Connection);
        await using var reader = await command.ExecuteReaderAsync(Token);
        (await reader.ReadAsync(Token)).ShouldBeTrue();

        reader.GetInt64(0).ShouldBe(300);
        reader.GetFieldValue<ulong>(0).ShouldBe(300ul);
        reader.GetDouble(0).ShouldBe(300);
        reader.GetInt32(2).ShouldBe(7);
        reader["WORDS"].ShouldBe("text");
        reader.GetFieldValue<int?>(3).ShouldBeNull();
        reader.IsDBNull(3).ShouldBeTrue();
        Should.Throw<OverflowException>(() => reader.GetByte(0));
        Should.Throw<InvalidCastException>(() => reader.GetInt32(1)).Message.ShouldBe("Column words is VARCHAR, not an integer.");
        Should.Throw<InvalidCastException>(() => reader.GetString(0)).Message.ShouldBe("Column number is INT, not text.");
        Should.Throw<InvalidCastException>(() => reader.GetInt32(3)).Message.ShouldBe("Column nothing is NULL.");
        Should.Throw<IndexOutOfRangeException>(() => reader.GetOrdinal("absent"));
        Should.Throw<IndexOutOfRangeException>(() => reader.GetValue(4));
    }

    private async Task ShouldReadAsync(string type, string literal, object expected)
    {
        await ExecuteAsync($"CREATE TABLE t (v {type} NULL)");
        await ExecuteAsync($"INSERT INTO t VALUES ({literal})");
        (await ReadAsync(Connection, prepared: false)).ShouldBe(expected, $"{type} by text");
        (await ReadAsync(Connection, prepared: true)).ShouldBe(expected, $"{type} prepared");
        if (expected is not DBNull)
        {
            await using var command = new MySqlCommand("SELECT v FROM t", Connection);
            await using var reader = await command.ExecuteReaderAsync(Token);
            reader.GetFieldType(0).ShouldBe(expected.GetType(), type);
        }
    }

    private static async Task<object?> ReadAsync(MySqlConnection connection, bool prepared)
    {
        await using var command = CommandFor(connection, prepared ? "SELECT v FROM t WHERE ? = 1" : "SELECT v FROM t", prepared ? [1] : []);
        return await command.ExecuteScalarAsync(Token);
    }
}
