namespace MySqlConnector.Native;

/// <summary>Those of the library's <c>enum mysql_option</c> that are used. https://mariadb.com/kb/en/mysql_optionsv/</summary>
internal enum ConnectionOption
{
    ConnectTimeout = 0,
    CharacterSet = 7,
    LocalInfile = 8,
    Protocol = 9,
    VerifyServerCertificate = 21,
    TlsKey = 25,
    TlsCertificate = 26,
    TlsAuthority = 27,
    UseTls = 38,
    RestrictedAuthentication = 7026,
}
