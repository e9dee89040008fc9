using Kolumn.Protocol.Payloads;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;
using Kolumn.Sdk.Streaming;

namespace Kolumn.Providers.Postgres.Streaming;

/// <summary>The parts of an outbox as SQL. Each can be made on its own, so that what somebody took away can be put back.</summary>
internal static class OutboxSql
{
    /// <summary>Of the longest suffix below.</summary>
    public const int MaxTableLength = 55;

    public static OutboxTable Table { get; } = new(SqlIdentifier.Quote)
    {
        Columns =
        [
            ("id", "uuid NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY"),
            ("aggregatetype", "text NOT NULL"),
            ("aggregateid", "text NOT NULL"),
            ("type", "text NOT NULL"),
            ("payload", "jsonb"),
            ("topic", "text"),
            ("key", "text"),
            ("status", "text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'processed', 'failed'))"),
            ("created_at", "timestamptz NOT NULL DEFAULT clock_timestamp()"),
            ("processed_at", "timestamptz"),
            ("attempts", "integer NOT NULL DEFAULT 0"),
            ("next_attempt_at", "timestamptz"),
            ("last_error", "text"),
            ("position", "bigint NOT NULL GENERATED ALWAYS AS IDENTITY"),
        ],
        Indexes =
        [
            ("_pending", "(position) WHERE status = 'pending'"),
            ("_retry", "(next_attempt_at) WHERE status = 'pending' AND next_attempt_at IS NOT NULL"),
            ("_settled", "((coalesce(processed_at, created_at))) WHERE status <> 'pending'"),
        ],
    };

    public static QualifiedName TableOf(OutboxDefinition outbox) => new(outbox.Schema!, outbox.Table);

    public static QualifiedName IndexOf(OutboxDefinition outbox, string suffix) => new(outbox.Schema!, outbox.Table + suffix);

    public static QualifiedName FunctionOf(OutboxDefinition outbox) => new(outbox.Schema!, outbox.Table + "_capture");

    /// <summary>The same name on every table that is captured.</summary>
    public static string TriggerOf(OutboxDefinition outbox) => outbox.Table + "_capture";

    /// <summary>
    /// One function for all captured tables; the triggers' arguments say what is different: aggregatetype, topic, the number of key
    /// columns, the key columns, the columns of the payload. It runs with its owner's rights, so that who writes to a captured table
    /// needs none on the outbox.
    /// </summary>
    public static Statement CreateFunction(OutboxDefinition outbox) => new(
        $"CREATE OR REPLACE FUNCTION {FunctionOf(outbox).Quoted}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $kolumn${FunctionBody(outbox)}$kolumn$");

    public static string FunctionBody(OutboxDefinition outbox) => $"""

        DECLARE
          keys int := TG_ARGV[2]::int;
          columns text[] := TG_ARGV[3 + keys:];
          before jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
          after jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
          before_key text;
          after_key text;
          source jsonb := jsonb_build_object('schema', TG_TABLE_SCHEMA, 'table', TG_TABLE_NAME);
          ms bigint := (extract(epoch FROM clock_timestamp()) * 1000)::bigint;
        BEGIN
          SELECT string_agg(coalesce(before ->> c, ''), '/' ORDER BY n), string_agg(coalesce(after ->> c, ''), '/' ORDER BY n)
            INTO before_key, after_key
            FROM unnest(TG_ARGV[3:2 + keys]) WITH ORDINALITY AS k (c, n);
          IF cardinality(columns) > 0 THEN
            before := (SELECT jsonb_object_agg(c, before -> c) FROM unnest(columns) AS k (c) WHERE before IS NOT NULL);
            after := (SELECT jsonb_object_agg(c, after -> c) FROM unnest(columns) AS k (c) WHERE after IS NOT NULL);
          END IF;
          -- A row whose key changes ends under its old one and begins under its new one.
          IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND before_key <> after_key) THEN
            INSERT INTO {TableOf(outbox).Quoted} (aggregatetype, aggregateid, type, topic, payload)
            VALUES (TG_ARGV[0], before_key, 'delete', nullif(TG_ARGV[1], ''),
                    jsonb_build_object('op', 'd', 'before', before, 'after', NULL, 'source', source, 'ts_ms', ms));
          END IF;
          IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND before_key <> after_key) THEN
            INSERT INTO {TableOf(outbox).Quoted} (aggregatetype, aggregateid, type, topic, payload)
            VALUES (TG_ARGV[0], after_key, 'insert', nullif(TG_ARGV[1], ''),
                    jsonb_build_object('op', 'c', 'before', NULL, 'after', after, 'source', source, 'ts_ms', ms));
          ELSIF TG_OP = 'UPDATE' THEN
            INSERT INTO {TableOf(outbox).Quoted} (aggregatetype, aggregateid, type, topic, payload)
            VALUES (TG_ARGV[0], after_key, 'update', nullif(TG_ARGV[1], ''),
                    jsonb_build_object('op', 'u', 'before', before, 'after', after, 'source', source, 'ts_ms', ms));
          END IF;
          RETURN NULL;
        END

        """;

    public static Statement CreateTrigger(OutboxDefinition outbox, CaptureDefinition capture)
    {
        string[] arguments = [capture.AggregateType, capture.Topic ?? "", $"{capture.Key.Count}", .. capture.Key, .. capture.Columns];
        return new Statement(
            $"CREATE TRIGGER {SqlIdentifier.Quote(TriggerOf(outbox))} AFTER {string.Join(" OR ", capture.Operations.Select(o => o.ToUpperInvariant()))} ON {QualifiedName.Parse(capture.Table)!.Value.Quoted}"
            + $" FOR EACH ROW EXECUTE FUNCTION {FunctionOf(outbox).Quoted}({string.Join(", ", arguments.Select(SqlLiteral.Quote))})");
    }

    /// <summary>The table may be gone, and its trigger with it.</summary>
    public static Statement DropTrigger(OutboxDefinition outbox, CaptureDefinition capture) =>
        new($"DROP TRIGGER IF EXISTS {SqlIdentifier.Quote(TriggerOf(outbox))} ON {QualifiedName.Parse(capture.Table)!.Value.Quoted}");

    public static Statement DropFunction(OutboxDefinition outbox) => new($"DROP FUNCTION IF EXISTS {FunctionOf(outbox).Quoted}()");

    /// <summary>The order key of an event.</summary>
    public static string OrderKey(OutboxDefinition outbox) => outbox.PartitionBy switch
    {
        OutboxPartitions.AggregateType => "aggregatetype",
        OutboxPartitions.None => "''::text",
        _ => "coalesce(key, aggregateid)",
    };
}
