using System.Text.Json.Nodes;
using Kolumn.Sdk.Sql;
using Kolumn.Testing.Properties;
using static Kolumn.Testing.Properties.Columns;

namespace Kolumn.Providers.MySql.Tests.Properties;

/// <summary>Users, roles, and what they may do with the rest.</summary>
internal sealed class RandomAccounts(Chance chance, SchemaPieces pieces)
{
    /// <summary>Of all their names: they are the whole server's.</summary>
    public const string Prefix = "pair ";

    public void AddAccounts()
    {
        foreach (var role in new[] { "readers", "writers" }.Where(_ => chance.OneIn(2)).ToList())
        {
            var config = new JsonObject();
            if (role == "writers" && HasRole("readers") && chance.OneIn(2))
            {
                config["member_of"] = Membership("readers");
            }

            pieces.Add("role", Prefix + role, config, config.Count > 0 ? [Prefix + "readers"] : []);
        }

        foreach (var user in new[] { "a'b", "c" }.Where(_ => chance.OneIn(2)))
        {
            var config = new JsonObject { ["plugin"] = "unix_socket", ["host"] = "localhost" };
            chance.Maybe(config, "locked", true, 3);
            chance.Maybe(config, "require", chance.Pick("ssl", "x509"), 3);
            chance.Maybe(config, "max_user_connections", chance.Pick(3, 5), 3);
            var needs = new List<string>();
            if (HasRole("writers") && chance.OneIn(2))
            {
                config["member_of"] = Membership("writers");
                chance.Maybe(config, "default_role", Prefix + "writers", 2);
                needs.Add(Prefix + "writers");
            }

            pieces.Add("user", Prefix + user, config, needs);
        }

        bool HasRole(string role) => pieces.Exists("role", Prefix + role);
        JsonArray Membership(string role) => chance.OneIn(2) ? [Prefix + role] : [new JsonObject { ["role"] = Prefix + role, ["admin"] = true }];
    }

    public void AddGrants()
    {
        var accounts = pieces.All.Where(p => p.Resource.Type is "mysql_user" or "mysql_role").ToList();
        foreach (var piece in pieces.All.Where(p => p.Resource.Type is "mysql_table" or "mysql_view" or "mysql_sequence" or "mysql_function" or "mysql_procedure").ToList())
        {
            if (accounts.Count == 0 || !chance.OneIn(3))
            {
                continue;
            }

            var (to, type) = (chance.Pick<Piece>([.. accounts]).Resource, piece.Resource.Type[6..]);
            var isProgram = type is "function" or "procedure";
            var grant = new JsonObject { ["to"] = to.Address, [isProgram ? type : "table"] = DottedName.Show(piece.Resource.Name) };
            grant["privileges"] = Chance.Texts(chance.Some<string>(isProgram ? ["execute", "alter routine"] : ["select", "insert", "create view"], 2));
            var needs = new List<string> { piece.Resource.Name, to.Name };
            if (type == "table" && chance.OneIn(2))
            {
                var column = chance.Pick<string>([.. Names((JsonArray)piece.Resource.Config["columns"]!)]);
                grant["columns"] = new JsonArray(new JsonObject { ["name"] = column, ["privileges"] = Chance.Texts(chance.Some(["references", "update"], 2)) });
                needs.Add($"{piece.Resource.Name}.{column}");
            }

            pieces.Add("grant", $"{piece.Resource.Name} to {to.Address}", chance.Maybe(grant, "with_grant_option", true, 4), needs);
        }

        if (accounts.Count > 0 && chance.OneIn(3))
        {
            var to = chance.Pick<Piece>([.. accounts]).Resource;
            pieces.Add("grant", $"all to {to.Address}", new JsonObject { ["to"] = to.Address, ["global"] = true, ["privileges"] = Chance.Texts(chance.Some(["process", "reload", "show databases"], 2)) }, [to.Name]);
            pieces.Add("grant", $"others to {to.Address}", new JsonObject { ["to"] = to.Address, ["pattern"] = "kolumn\\_pair%", ["privileges"] = Chance.Texts(chance.Some(["select", "insert"], 2)) }, [to.Name]);
        }
    }
}
