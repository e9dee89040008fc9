namespace Kolumn.MongoGateway;

/// <summary>
/// The SQLSTATEs of the extension's own errors, <c>M</c> and four digits, and the numbers that clients know them by. What is not
/// here has not been met and is passed on as an unknown error, with its text.
/// </summary>
internal static class DocumentDbErrors
{
    private static readonly Dictionary<string, (int Code, string Name)> Known = new(StringComparer.Ordinal)
    {
        ["M0002"] = (2, "BadValue"),
        ["M0003"] = (9, "FailedToParse"),
        ["M0004"] = (14, "TypeMismatch"),
        ["M0008"] = (26, "NamespaceNotFound"),
        ["M0009"] = (27, "IndexNotFound"),
        ["M000B"] = (31, "RoleNotFound"),
        ["M000F"] = (48, "NamespaceExists"),
        ["M000N"] = (67, "CannotCreateIndex"),
        ["M000Q"] = (73, "InvalidNamespace"),
        ["M000R"] = (85, "IndexOptionsConflict"),
        ["M000S"] = (86, "IndexKeySpecsConflict"),
        ["M000U"] = (115, "CommandNotSupported"),
        ["M00CO"] = (121, "DocumentValidationFailure"),
        ["M0012"] = (197, "InvalidIndexSpecificationOption"),
        ["M001C"] = (11000, "DuplicateKey"),
        ["M0088"] = (40415, "Location40415"),
        ["0A000"] = (115, "CommandNotSupported"),
        ["42704"] = (11, "UserNotFound"),
    };

    public static (int Code, string Name) Of(string state) => Known.TryGetValue(state, out var known) ? known : (8, "UnknownError");

    /// <summary>A number inside a reply is a SQLSTATE of five characters, six bits each, lowest first.</summary>
    public static int CodeOf(int packed) =>
        Of(string.Create(5, packed, static (text, value) =>
        {
            for (var at = 0; at < text.Length; at++)
            {
                text[at] = (char)(((value >> (6 * at)) & 0x3f) + '0');
            }
        })).Code;
}
