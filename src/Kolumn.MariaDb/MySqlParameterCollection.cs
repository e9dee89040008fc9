using System.Collections;
using System.Data.Common;

namespace MySqlConnector;

/// <summary>The parameters of a command, in order.</summary>
public sealed class MySqlParameterCollection : DbParameterCollection
{
    private readonly List<MySqlParameter> _parameters = [];

    internal MySqlParameterCollection()
    {
    }

    public override int Count => _parameters.Count;

    public override object SyncRoot => _parameters;

    public new MySqlParameter this[int index] => _parameters[index];

    public new MySqlParameter this[string parameterName] => (MySqlParameter)GetParameter(parameterName);

    public MySqlParameter Add(MySqlParameter parameter)
    {
        _parameters.Add(parameter);
        return parameter;
    }

    public override int Add(object value)
    {
        _parameters.Add((MySqlParameter)value);
        return _parameters.Count - 1;
    }

    public MySqlParameter AddWithValue(string parameterName, object? value) => Add(new MySqlParameter(parameterName, value));

    public override void AddRange(Array values)
    {
        foreach (var value in values)
        {
            Add(value);
        }
    }

    public override void Clear() => _parameters.Clear();

    public override bool Contains(object value) => IndexOf(value) >= 0;

    public override bool Contains(string value) => IndexOf(value) >= 0;

    public override void CopyTo(Array array, int index) => ((ICollection)_parameters).CopyTo(array, index);

    public override IEnumerator GetEnumerator() => _parameters.GetEnumerator();

    public override int IndexOf(object value) => value is MySqlParameter parameter ? _parameters.IndexOf(parameter) : -1;

    /// <summary>Names differ neither by case nor by what they begin with.</summary>
    public override int IndexOf(string parameterName)
    {
        var name = MySqlParameter.Bare(parameterName);
        return _parameters.FindIndex(p => string.Equals(p.BareName, name, StringComparison.OrdinalIgnoreCase));
    }

    public override void Insert(int index, object value) => _parameters.Insert(index, (MySqlParameter)value);

    public override void Remove(object value) => _parameters.Remove((MySqlParameter)value);

    public override void RemoveAt(int index) => _parameters.RemoveAt(index);

    public override void RemoveAt(string parameterName) => _parameters.RemoveAt(Require(parameterName));

    protected override DbParameter GetParameter(int index) => _parameters[index];

    protected override DbParameter GetParameter(string parameterName) => _parameters[Require(parameterName)];

    protected override void SetParameter(int index, DbParameter value) => _parameters[index] = (MySqlParameter)value;

    protected override void SetParameter(string parameterName, DbParameter value) => _parameters[Require(parameterName)] = (MySqlParameter)value;

    private int Require(string parameterName) =>
        IndexOf(parameterName) is >= 0 and var index ? index : throw new ArgumentException($"Parameter '{parameterName}' not found in the collection.", nameof(parameterName));
}
