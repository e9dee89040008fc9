using System.Collections.Concurrent;
using Npgsql;
using NpgsqlTypes;

namespace Kolumn.MongoGateway;

/// <summary>Commands as calls of the extension's functions: https://github.com/documentdb/documentdb, schema documentdb_api.</summary>
internal static class DocumentDbCommands
{
    private const string Bson = "::bytea::documentdb_core.bson";

    // Members that are the gateway's business, or that the functions do not know.
    private static readonly HashSet<string> NotForFunctions = new(StringComparer.Ordinal)
    {
        "lsid", "txnNumber", "autocommit", "startTransaction", "$clusterTime", "$readPreference", "readConcern", "writeConcern", "comment", "maxTimeMS",
        "apiVersion", "apiStrict", "apiDeprecationErrors",
    };

    /// <summary>$1 is the database, $2 the command, $3 the documents beside it, $4 the collection.</summary>
    private static readonly Dictionary<string, string> Functions = new(StringComparer.Ordinal)
    {
        ["insert"] = $"SELECT p_result::bytea FROM documentdb_api.insert($1, $2{Bson}, $3::bytea::documentdb_core.bsonsequence)",
        ["update"] = $"SELECT p_result::bytea FROM documentdb_api.update($1, $2{Bson}, $3::bytea::documentdb_core.bsonsequence)",
        ["delete"] = $"SELECT p_result::bytea FROM documentdb_api.delete($1, $2{Bson}, $3::bytea::documentdb_core.bsonsequence)",
        ["findAndModify"] = $"SELECT p_result::bytea FROM documentdb_api.find_and_modify($1, $2{Bson})",
        ["count"] = $"SELECT document::bytea FROM documentdb_api.count_query($1, $2{Bson})",
        ["distinct"] = $"SELECT document::bytea FROM documentdb_api.distinct_query($1, $2{Bson})",
        ["validate"] = $"SELECT document::bytea FROM documentdb_api.validate($1, $2{Bson})",
        ["create"] = $"SELECT documentdb_api.create_collection_view($1, $2{Bson})::bytea",
        ["collMod"] = $"SELECT documentdb_api.coll_mod($1, $4, $2{Bson})::bytea",
        ["renameCollection"] = $"SELECT documentdb_api.rename_collection($2{Bson})::bytea",
        ["createIndexes"] = $"SELECT documentdb_api_internal.create_indexes_non_concurrently($1, $2{Bson}, true)::bytea",
        ["dropIndexes"] = $"SELECT documentdb_api_internal.drop_indexes_non_concurrently($1, $2{Bson})::bytea",
        ["collStats"] = "SELECT documentdb_api.coll_stats($1, $4)::bytea",
        ["dbStats"] = "SELECT documentdb_api.db_stats($1)::bytea",
        ["listDatabases"] = $"SELECT documentdb_api.list_databases($2{Bson})::bytea",
        ["createUser"] = $"SELECT documentdb_api.create_user($2{Bson})::bytea",
        ["updateUser"] = $"SELECT documentdb_api.update_user($2{Bson})::bytea",
        ["dropUser"] = $"SELECT documentdb_api.drop_user($2{Bson})::bytea",
        ["usersInfo"] = $"SELECT documentdb_api.users_info($2{Bson})::bytea",
        ["createRole"] = $"SELECT documentdb_api.create_role($2{Bson})::bytea",
        ["updateRole"] = $"SELECT documentdb_api.update_role($2{Bson})::bytea",
        ["dropRole"] = $"SELECT documentdb_api.drop_role($2{Bson})::bytea",
        ["rolesInfo"] = $"SELECT documentdb_api.roles_info($2{Bson})::bytea",
        ["drop"] = "SELECT documentdb_api.drop_collection($1, $4)",
        ["dropDatabase"] = "SELECT documentdb_api.drop_database($1)",
    };

    private static readonly Dictionary<string, string> Cursors = new(StringComparer.Ordinal)
    {
        ["find"] = "find_cursor_first_page",
        ["aggregate"] = "aggregate_cursor_first_page",
        ["listCollections"] = "list_collections_cursor_first_page",
        ["listIndexes"] = "list_indexes_cursor_first_page",
    };

    public static bool Knows(string name) => Functions.ContainsKey(name) || Cursors.ContainsKey(name) || name == "getMore";

    /// <summary>The reply as the extension made it.</summary>
    /// <exception cref="PostgresException">The extension refuses.</exception>
    public static async Task<byte[]> RunAsync(
        NpgsqlConnection connection, string name, WireMessage message, ConcurrentDictionary<long, byte[]> continuations, CancellationToken cancellationToken)
    {
        var database = message.Body["$db"]?.Text ?? "test";
        var spec = Cleaned(message.Body);
        if (name == "getMore")
        {
            return await GetMoreAsync(connection, database, message.Body, spec, continuations, cancellationToken);
        }

        if (Cursors.TryGetValue(name, out var function))
        {
            await using var first = Command(
                connection, $"SELECT cursorpage::bytea, continuation::bytea, cursorid FROM documentdb_api.{function}($1, $2{Bson})", database, spec);
            await using var page = await first.ExecuteReaderAsync(cancellationToken);
            await page.ReadAsync(cancellationToken);
            if (!await page.IsDBNullAsync(1, cancellationToken))
            {
                continuations[page.GetInt64(2)] = page.GetFieldValue<byte[]>(1);
            }

            return page.GetFieldValue<byte[]>(0);
        }

        // A statement that uses no parameter of a number has to name its type.
        var sql = Functions[name];
        await using var command = Command(connection, sql, database, spec);
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bytea, Value = message.Documents is { } documents ? documents.Bytes.ToArray() : DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)message.Body.Elements().First().Text ?? DBNull.Value });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return name switch
        {
            "drop" or "dropDatabase" => new BsonBuilder().Add("ok", 1.0).Build(),
            _ => WithKnownCodes(reader.GetFieldValue<byte[]>(0)),
        };
    }

    private static async Task<byte[]> GetMoreAsync(
        NpgsqlConnection connection, string database, BsonDocument body, byte[] spec, ConcurrentDictionary<long, byte[]> continuations, CancellationToken cancellationToken)
    {
        var id = body["getMore"]!.Value.Integer ?? 0;
        if (!continuations.TryRemove(id, out var continuation))
        {
            throw new GatewayError(43, "CursorNotFound", $"cursor id {id} not found");
        }

        await using var command = Command(
            connection, $"SELECT cursorpage::bytea, continuation::bytea FROM documentdb_api.cursor_get_more($1, $2{Bson}, $3{Bson})", database, spec);
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bytea, Value = continuation });
        await using var page = await command.ExecuteReaderAsync(cancellationToken);
        await page.ReadAsync(cancellationToken);
        if (!await page.IsDBNullAsync(1, cancellationToken))
        {
            continuations[id] = page.GetFieldValue<byte[]>(1);
        }

        return page.GetFieldValue<byte[]>(0);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, string database, byte[] spec) => new(sql, connection)
    {
        CommandTimeout = 0,
        Parameters =
        {
            new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = database },
            new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bytea, Value = spec },
        },
    };

    private static byte[] Cleaned(BsonDocument body)
    {
        var cleaned = new BsonBuilder();
        foreach (var element in body.Elements().Where(e => !NotForFunctions.Contains(e.Name)))
        {
            cleaned.Add(element);
        }

        return cleaned.Build();
    }

    private static byte[] WithKnownCodes(byte[] reply)
    {
        var document = new BsonDocument(reply);
        if (document["writeErrors"] is not { } errors)
        {
            return reply;
        }

        var mapped = new BsonBuilder();
        foreach (var element in document.Elements().Where(e => e.Name != "writeErrors"))
        {
            mapped.Add(element);
        }

        return mapped.AddArray("writeErrors", errors.Document!.Elements().Select(error => new ReadOnlyMemory<byte>(WithKnownCode(error.Document!)))).Build();
    }

    private static byte[] WithKnownCode(BsonDocument error)
    {
        var mapped = new BsonBuilder();
        foreach (var element in error.Elements())
        {
            _ = element.Name == "code" ? mapped.Add("code", DocumentDbErrors.CodeOf((int)element.Integer!)) : mapped.Add(element);
        }

        return mapped.Build();
    }
}
