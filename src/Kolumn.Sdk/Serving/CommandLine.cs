using System.Text;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;
using Kolumn.Sdk.Internal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kolumn.Sdk.Serving;

/// <summary>What a provider executable says to a person who starts it.</summary>
internal static class CommandLine
{
    public static int Answer<TSession>(ProviderDefinition<TSession> definition, string[] args)
        where TSession : IProviderSession
    {
        var (text, code) = TextFor(definition, args);
        using var stream = code == 0 ? Console.OpenStandardOutput() : Console.OpenStandardError();
        stream.Write(Encoding.UTF8.GetBytes(text + "\n"));
        stream.Flush();
        return code;
    }

    /// <summary>The text, and the exit code: 0 when it is what was asked for.</summary>
    public static (string Text, int ExitCode) TextFor<TSession>(ProviderDefinition<TSession> definition, string[] args)
        where TSession : IProviderSession
    {
        if (args is ["--version"])
        {
            return ($"{definition.Name} {definition.Version}", 0);
        }

        FunctionDispatcher<TSession> dispatcher;
        try
        {
            dispatcher = new FunctionDispatcher<TSession>(definition, NullLoggerFactory.Instance, TimeProvider.System, new SecretScrubber());
        }
        catch (Engine.InvalidProviderDefinitionException invalid)
        {
            return (invalid.Message, 1);
        }

        return args switch
        {
            ["--schema"] => (Encoding.UTF8.GetString(PayloadJson.Write(dispatcher.Schema)), 0),
            ["--docs"] => (SchemaPage.ToMarkdown(dispatcher.Schema), 0),
            _ => ($"This is the Kolumn provider \"{definition.Name}\" {definition.Version}. Kolumn starts it by itself; it is of no use alone. "
                + "It can print --schema, --docs and --version.", 1),
        };
    }
}
