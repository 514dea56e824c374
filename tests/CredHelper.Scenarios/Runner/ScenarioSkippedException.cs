namespace CredHelper.Scenarios.Runner;

/// <summary>The machine lacks something that the scenario needs; the message says what.</summary>
public sealed class ScenarioSkippedException(string reason) : Exception(reason);
