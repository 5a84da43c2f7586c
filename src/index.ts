/** The public API: an agent over declared things, an engine for the model that reads commands. */
export { createAgent, type Agent, type AgentEvents, type AgentOptions } from './agent/agent.ts';
export { Interpreter } from './agent/reading/interpreter.ts';
export type { ActionResult, Command, Interpretation, Outcome, Response } from './agent/types.ts';
export { systemClock, type Clock } from './clock.ts';
export { buildThings, demoConfig, loadConfig } from './config/load.ts';
export type { Config, SensorConfig, ThingConfig } from './config/types.ts';
export { TokonomaError } from './errors.ts';
export type { Args, PlanCall } from './grammar/actions.ts';
export { createLogger } from './log.ts';
export { openEngine, type EngineOptions } from './model/engine.ts';
export type { Engine, GenerateRequest, GenerateResult, ModelInfo } from './model/types.ts';
export { MqttBridge, willOf, type BridgeOptions } from './mqtt/bridge.ts';
export { Broker, type BrokerOptions } from './mqtt/broker.ts';
export { Connection, type ConnectionOptions } from './mqtt/connection.ts';
export { ChatTemplate } from './tokenizer/template.ts';
export type { Driver, Thing, ThingDescription, ThingState } from '../devices/thing.ts';
