using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace MySqlConnector;

/// <summary>A value for a place in a statement, found there by name, <c>@name</c>, or by its position, <c>?</c>.</summary>
public sealed class MySqlParameter : DbParameter
{
    private string _name = "";

    public MySqlParameter()
    {
    }

    public MySqlParameter(string? name, object? value) => (ParameterName, Value) = (name, value);

    /// <summary>With or without what it begins with in the statement.</summary>
    [AllowNull]
    public override string ParameterName { get => _name; set => _name = value ?? ""; }

    /// <summary>The value's own type decides how it is sent.</summary>
    public override object? Value { get; set; }

    public override DbType DbType { get; set; } = DbType.String;

    /// <exception cref="NotSupportedException">Anything but input.</exception>
    public override ParameterDirection Direction
    {
        get => ParameterDirection.Input;
        set
        {
            if (value != ParameterDirection.Input)
            {
                throw new NotSupportedException("Parameters are input here: select what a procedure gives back.");
            }
        }
    }

    public override bool IsNullable { get; set; }

    public override int Size { get; set; }

    [AllowNull]
    public override string SourceColumn { get; set => field = value ?? ""; } = "";

    public override bool SourceColumnNullMapping { get; set; }

    /// <summary>The name without what it begins with.</summary>
    internal string BareName => Bare(_name);

    public override void ResetDbType() => DbType = DbType.String;

    internal static string Bare(string name) => name.Length > 0 && name[0] is '@' or '?' ? name[1..] : name;
}
