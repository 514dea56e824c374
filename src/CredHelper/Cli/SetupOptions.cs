using System.CommandLine;
using CredHelper.Setup;

namespace CredHelper.Cli;

/// <summary>The options that every setup knows.</summary>
internal sealed class SetupOptions
{
    public Option<bool> DryRun { get; } =
        new("--dry-run") { Description = "Print a unified diff of every file and change nothing." };

    public Option<bool> Undo { get; } =
        new("--undo") { Description = "Take back what setup added: with --registry that registry, else all of it." };

    public Option<bool> Yes { get; } =
        new("--yes", "-y") { Description = "Agree to what removes or replaces something. Additions need no consent." };

    public Option<bool> Json { get; } =
        new("--json") { Description = "Print one JSON object; changed says whether anything was." };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { DryRun, Undo, Yes, Json })
            command.Add(option);
    }

    public SetupMode ModeOf(ParseResult call) => new(call.GetValue(DryRun), call.GetValue(Yes), call.GetValue(Json));
}
