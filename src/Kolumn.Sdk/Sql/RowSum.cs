using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Kolumn.Sdk.Sql;

/// <summary>Counts rows and sums them up, whatever their order, for databases that cannot do it themselves.</summary>
public sealed class RowSum
{
    private long _count;
    private UInt128 _sum;

    public void Add(DbDataReader row)
    {
        ArgumentNullException.ThrowIfNull(row);
        _count++;
        _sum += HashOf(row);
    }

    /// <summary>Adds what is no row of a table, written in the same way each time.</summary>
    public void Add(string text)
    {
        _count++;
        _sum += BitConverter.ToUInt128(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    public RowDigest ToDigest() => new(_count, _sum.ToString(CultureInfo.InvariantCulture));

    // Each value with its type and length, so that no two rows look the same that are not.
    private static UInt128 HashOf(DbDataReader row)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var at = 0; at < row.FieldCount; at++)
        {
            var (type, bytes) = row.GetValue(at) switch
            {
                DBNull => ((byte)'n', []),
                long number => ((byte)'i', BitConverter.GetBytes(number)),
                double real => ((byte)'r', BitConverter.GetBytes(real)),
                byte[] blob => ((byte)'b', blob),
                DateTime moment => ((byte)'d', BitConverter.GetBytes(moment.Ticks)),
                var other => ((byte)'t', Encoding.UTF8.GetBytes(Convert.ToString(other, CultureInfo.InvariantCulture)!)),
            };
            hash.AppendData([type]);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        return BitConverter.ToUInt128(hash.GetHashAndReset());
    }
}
