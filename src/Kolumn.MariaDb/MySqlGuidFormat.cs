namespace MySqlConnector;

/// <summary>Which columns are read as <see cref="Guid"/>.</summary>
public enum MySqlGuidFormat
{
    /// <summary><see cref="Char36"/>.</summary>
    Default = 0,

    /// <summary>None: <c>CHAR(36)</c> is text like any other.</summary>
    None = 1,

    /// <summary><c>CHAR(36)</c>.</summary>
    Char36 = 2,
}
