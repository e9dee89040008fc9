using System.Data.Common;

namespace MySqlConnector;

/// <summary>Makes the objects of this client for who knows ADO.NET only.</summary>
public sealed class MySqlConnectorFactory : DbProviderFactory
{
    public static readonly MySqlConnectorFactory Instance = new();

    private MySqlConnectorFactory()
    {
    }

    public override bool CanCreateBatch => true;

    public override DbConnection CreateConnection() => new MySqlConnection();

    public override DbCommand CreateCommand() => new MySqlCommand();

    public override DbParameter CreateParameter() => new MySqlParameter();

    public override DbBatch CreateBatch() => new MySqlBatch();

    public override DbBatchCommand CreateBatchCommand() => new MySqlBatchCommand();

    public override DbConnectionStringBuilder CreateConnectionStringBuilder() => new MySqlConnectionStringBuilder();

    public override DbDataSource CreateDataSource(string connectionString) => new MySqlDataSource(connectionString);
}
